import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { hasCode, isAwsError } from "../../lib/aws/errors.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { Bucket } from "../kinds.ts";
import { emptyBucket } from "./empty.ts";
import type { BucketScope, BucketStep, Scope } from "./scope.ts";

/** How long a service may take to empty a bucket by itself, milliseconds. */
const FORCED_MS = 120_000;

/** Deletes the bucket, and with forceDelete what is in it first. */
export function removeBucketStep({ spec: { name, forceDelete } }: Bucket): BucketStep {
  const rest = forceDelete ? " with all that was in it; the service may bill it for 90 days" : "";
  return {
    action: "delete",
    target: "bucket",
    reason: "deletionPolicy is Delete",
    operation: "delete",
    event: { reason: "BucketDeleted", note: `Bucket "${name}" deleted${rest}` },
    apply: (scope) => deleteBucket(scope, forceDelete),
  };
}

async function deleteBucket(scope: Scope, forceDelete: boolean): Promise<void> {
  if (scope === "cluster") return;
  const { s3, bucket: Bucket, signal } = scope;
  try {
    if (forceDelete && await deleteForced(scope)) return;
    if (forceDelete) await emptyBucket(scope);
    await s3.send(new DeleteBucketCommand({ Bucket }), { signal, priority: "high" });
  } catch (error) {
    if (isAwsError(error, "notFound")) return;
    if (!hasCode(error, "BucketNotEmpty")) throw error;
    const message =
      `Bucket "${Bucket}" is not empty: empty it, or set spec.forceDelete to true, or spec.deletionPolicy to Retain`;
    throw new BlockedError("BucketNotEmpty", message, { cause: error });
  }
}

/**
 * Wasabi empties a bucket itself where it is asked to (docs/wasabi.md); for S3 the parameter means nothing, and this is
 * the deletion of a bucket that may be empty. False where the bucket must be emptied object by object.
 */
async function deleteForced({ s3, bucket: Bucket, signal }: BucketScope): Promise<boolean> {
  const command = new DeleteBucketCommand({ Bucket });
  command.middlewareStack.add(
    (next) => (given) => {
      (given.request as { query: Record<string, string> }).query["force_delete"] = "true";
      return next(given);
    },
    { step: "build", name: "forceDelete" },
  );
  try {
    await s3.send(command, { signal, priority: "high", timeoutMs: FORCED_MS });
    return true;
  } catch (error) {
    if (hasCode(error, "BucketNotEmpty") || isAwsError(error, "terminal", "denied")) return false;
    throw error;
  }
}
