import { type BucketLocationConstraint, CreateBucketCommand } from "@aws-sdk/client-s3";
import { AwsError } from "../../lib/aws/api.ts";
import { hasCode } from "../../lib/aws/errors.ts";
import { StalledError } from "../../lib/errors.ts";
import type { Bucket } from "../kinds.ts";
import type { BucketStep } from "./scope.ts";

/** Makes the bucket; one that this account has already, as after a lost answer, is fine. */
export function createBucketStep({ spec }: Bucket): BucketStep {
  return {
    action: "create",
    target: "bucket",
    reason: "absent",
    claims: true,
    failing: "CreationFailed",
    operation: "create",
    drift: "bucket",
    event: { reason: "BucketCreated", note: `Bucket "${spec.name}" created` },
    async apply(scope) {
      if (scope === "cluster") return;
      const { s3, bucket: Bucket, region, signal } = scope;
      // us-east-1 is the one region that S3 refuses as a constraint (CreateBucket).
      const constraint = region === "us-east-1"
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
      await s3.send(new CreateBucketCommand({ Bucket, ...constraint }), { signal }).catch(explainCreation(Bucket));
      return { exists: true, ownership: "Created" as const };
    },
  };
}

/**
 * A bucket is made where its Provider is: one that another region's endpoint made could be neither changed nor deleted
 * by it, for S3 sends those who ask for it elsewhere.
 * @param region the Provider's
 * @throws StalledError `CreationFailed`
 */
export function refuseOtherRegion({ spec }: Bucket, region: string | undefined): void {
  if (spec.region === undefined || region === undefined || spec.region === region) return;
  throw new StalledError(
    "CreationFailed",
    `spec.region "${spec.region}" is not that of Provider ${spec.providerRef.name}, which is in "${region}" and makes ` +
      "buckets there: make the object anew with a Provider of that region, or remove spec.region",
    { conditionType: "CreationFailed" },
  );
}

/** A name that another account has is for a person to settle. */
function explainCreation(bucket: string): (error: unknown) => never {
  return (error) => {
    if (hasCode(error, "BucketAlreadyExists")) {
      throw new StalledError("AlreadyExists", `Bucket name "${bucket}" is taken by another account: choose another`, {
        cause: error,
        conditionType: "CreationFailed",
      });
    }
    if (hasCode(error, "BucketAlreadyOwnedByYou")) return undefined as never;
    if (error instanceof AwsError && ["terminal", "conflict"].includes(error.errorClass)) {
      throw new StalledError("CreationFailed", error.message, { cause: error, conditionType: "CreationFailed" });
    }
    throw error;
  };
}
