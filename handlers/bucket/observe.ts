import { GetBucketLocationCommand, GetBucketPolicyCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { isPublicPolicy } from "../../lib/aws/public_policy.ts";
import { isAwsError, orEmpty } from "../../lib/aws/errors.ts";
import { parsePolicyDocument } from "../../lib/aws/policy.ts";
import { StalledError } from "../../lib/errors.ts";
import type { Bucket } from "../kinds.ts";
import { ownershipOf } from "../ownership.ts";
import type { Observations } from "./aspects.ts";
import { publicAccess } from "./public_access.ts";
import type { BucketScope } from "./scope.ts";

/** Is the bucket there? Only a definite "not there" is a no. @throws StalledError where another account has the name */
export async function bucketExists({ s3, bucket: Bucket, signal }: BucketScope, object: Bucket): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }), { signal });
    return true;
  } catch (error) {
    if (isAwsError(error, "notFound")) return false;
    if (!isAwsError(error, "denied")) throw error;
    // A HEAD has no body: only a GET tells credentials that are refused from a bucket of somebody else.
    await s3.send(new GetBucketLocationCommand({ Bucket }), { signal }).catch((refusal) => {
      if (!isAwsError(refusal, "denied")) throw refusal;
    });
    if (ownershipOf(object) === undefined) {
      throw new StalledError(
        "AlreadyExists",
        `Bucket "${Bucket}" exists and is not open to these credentials: another account has the name; choose another`,
        { conditionType: "CreationFailed" },
      );
    }
    throw error;
  }
}

/** Is a live policy public, and would the wanted public access block cut it off? */
export async function isCutOff(
  { s3, bucket: Bucket, signal }: BucketScope,
  { spec }: Bucket,
  aspects: Observations,
): Promise<boolean> {
  const found = aspects["publicAccess"];
  // A field that is no longer set goes back to all four true, which cuts off as well.
  const restricts = spec.publicAccess?.restrictPublicBuckets ?? true;
  if (!restricts || found === undefined || found === "unsupported" || "error" in found) return false;
  const desired = spec.publicAccess ? publicAccess.desired(spec.publicAccess) : publicAccess.initial;
  if (publicAccess.satisfied(desired, found)) return false;
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }), { signal })
    .catch(orEmpty({ Policy: undefined }, "NoSuchBucketPolicy"));
  return isPublicPolicy(parsePolicyDocument(Policy));
}
