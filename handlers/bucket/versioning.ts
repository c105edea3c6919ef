import { GetBucketVersioningCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

type State = "Enabled" | "Suspended" | "Off";

/**
 * Object versioning; S3 can suspend it but never take it away again, so Off and Suspended both satisfy "not enabled".
 */
export const versioning = aspect<NonNullable<Bucket["spec"]["versioning"]>, State>({
  field: "versioning",
  label: "versioning",
  operations: { observe: "GetBucketVersioning", apply: "PutBucketVersioning" },
  initial: "Off",
  knownAtBirth: true,
  desired: ({ enabled }) => enabled ? "Enabled" : "Off",
  satisfies: (desired, observed) => (desired === "Enabled") === (observed === "Enabled"),
  impliedWithoutFeature: (desired) => desired !== "Enabled",
  async observe({ s3, bucket: Bucket, signal }) {
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }), { signal });
    return Status ?? "Off";
  },
  async apply({ s3, bucket: Bucket, signal }, desired) {
    const Status = desired === "Enabled" ? "Enabled" : "Suspended";
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }), { signal });
  },
});
