import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { hasCode, isAwsError, orGone } from "../../lib/aws/errors.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { Bucket } from "../kinds.ts";
import { emptyBucket } from "./empty.ts";
import type { BucketStep, Scope } from "./scope.ts";

/** Deletes the bucket, and with forceDelete what is in it first. */
export function removeBucketStep({ spec: { name, forceDelete } }: Bucket): BucketStep {
  return {
    action: "delete",
    target: "bucket",
    reason: "deletionPolicy is Delete",
    operation: "delete",
    event: {
      reason: "BucketDeleted",
      note: `Bucket "${name}" deleted${
        forceDelete ? " with all that was in it; the service may bill it for 90 days" : ""
      }`,
    },
    apply: (scope) => deleteBucket(scope, forceDelete),
  };
}

async function deleteBucket(scope: Scope, forceDelete: boolean): Promise<void> {
  if (scope === "cluster") return;
  const { s3, bucket: Bucket, signal } = scope;
  try {
    if (forceDelete) await emptyBucket(scope);
    await s3.send(new DeleteBucketCommand({ Bucket }), { signal, priority: "high" }).catch(orGone);
  } catch (error) {
    if (isAwsError(error, "notFound")) return;
    if (!hasCode(error, "BucketNotEmpty")) throw error;
    const message =
      `Bucket "${Bucket}" is not empty: empty it, or set spec.forceDelete to true, or spec.deletionPolicy to Retain`;
    throw new BlockedError("BucketNotEmpty", message, { cause: error });
  }
}
