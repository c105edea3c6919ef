import { GetPublicAccessBlockCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { orEmpty } from "../../lib/aws/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

/** The four switches of S3's public access block. */
export interface PublicAccess {
  readonly blockPublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly ignorePublicAcls: boolean;
  readonly restrictPublicBuckets: boolean;
}

const ALL: PublicAccess = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

/**
 * S3's public access block. A field that is no longer set goes back to all four true, as a new bucket of AWS has it:
 * that a manifest gets shorter must never open a bucket. A service without the feature has no public access to block
 * (docs/wasabi.md).
 */
export const publicAccess = aspect<NonNullable<Bucket["spec"]["publicAccess"]>, PublicAccess>({
  field: "publicAccess",
  label: "public_access",
  operations: { observe: "GetPublicAccessBlock", apply: "PutPublicAccessBlock" },
  initial: ALL,
  knownAtBirth: false,
  desired: ({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) => (
    { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }
  ),
  impliedWithoutFeature: (desired) => Object.values(desired).every(Boolean),
  async observe({ s3, bucket: Bucket, signal }) {
    const { PublicAccessBlockConfiguration: found } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }), {
      signal,
    })
      .catch(orEmpty({ PublicAccessBlockConfiguration: undefined }, "NoSuchPublicAccessBlockConfiguration"));
    return {
      blockPublicAcls: found?.BlockPublicAcls ?? false,
      blockPublicPolicy: found?.BlockPublicPolicy ?? false,
      ignorePublicAcls: found?.IgnorePublicAcls ?? false,
      restrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
    };
  },
  async apply({ s3, bucket: Bucket, signal }, desired) {
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: desired.blockPublicAcls,
      BlockPublicPolicy: desired.blockPublicPolicy,
      IgnorePublicAcls: desired.ignorePublicAcls,
      RestrictPublicBuckets: desired.restrictPublicBuckets,
    };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }), { signal });
  },
});
