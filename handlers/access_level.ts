import type { PolicySpec } from "../lib/aws/policy.ts";
import type { Bucket } from "./kinds.ts";

type AccessLevel = NonNullable<Bucket["spec"]["autoManage"]>["accessLevel"];

/** Actions of each access level, in the order in which 0.2.x wrote them. */
const ACTIONS: Readonly<Record<AccessLevel, readonly string[]>> = {
  readonly: ["s3:GetObject", "s3:ListBucket"],
  readwrite: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"],
  full: ["s3:*"],
};

/** ARNs of a bucket and of what is in it. */
function bucketResources(bucket: string): string[] {
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
}

/** The policy that gives an access level on a bucket, for a user's inline policy. */
export function accessPolicy(bucket: string, level: AccessLevel): PolicySpec & { readonly version: string } {
  return {
    version: "2012-10-17",
    statement: [{ effect: "Allow", action: ACTIONS[level], resource: bucketResources(bucket) }],
  };
}

/** The same as a bucket policy, for one principal. */
export function accessBucketPolicy(
  bucket: string,
  level: AccessLevel,
  { userName, arn }: { readonly userName: string; readonly arn: string },
): PolicySpec & { readonly version: string } {
  const sid = `Allow${userName.replace(/[^A-Za-z0-9]/g, "")}Access`;
  const { version, statement } = accessPolicy(bucket, level);
  return { version, statement: statement.map((each) => ({ sid, principal: arn, ...each })) };
}
