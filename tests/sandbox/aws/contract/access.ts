import { GetUserCommand, ListUsersCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type Clients, type ContractCase, refused } from "./case.ts";
import { userWithKey } from "./keys.ts";

/** A bucket with one object, and the S3 client of a new user of the same name. */
async function stage({ s3, iam, s3As }: Clients, name: string): Promise<{ Bucket: string; user: S3Client }> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new PutObjectCommand({ Bucket: name, Key: "a", Body: "1" }));
  const credentials = await userWithKey(iam, name);
  return { Bucket: name, user: s3As({ credentials }) };
}

function allow(actions: readonly string[], resources: readonly string[], more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: resources, ...more }],
  });
}

function arnsOf(bucket: string): string[] {
  return [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
}

/** What the policies let a user do. */
export const accessCases: readonly ContractCase[] = [
  {
    fact: "a user without a policy may do nothing",
    about: "authorization",
    async run(clients) {
      const { Bucket, user } = await stage(clients, "contract-nothing");
      await refused(user.send(new GetObjectCommand({ Bucket, Key: "a" })), "AccessDenied", 403);
      await refused(user.send(new ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
      assert.equal(
        (await user.send(new HeadBucketCommand({ Bucket })).catch((error) => error)).$metadata.httpStatusCode,
        403,
      );
    },
  },
  {
    fact: "an inline policy allows what it names, on what it names",
    about: "authorization",
    async run(clients) {
      const { Bucket, user } = await stage(clients, "contract-reader");
      await clients.s3.send(new CreateBucketCommand({ Bucket: "contract-reader-not" }));
      const PolicyDocument = allow(["s3:GetObject", "s3:List*"], arnsOf(Bucket));
      await clients.iam.send(new PutUserPolicyCommand({ UserName: Bucket, PolicyName: "p", PolicyDocument }));
      await user.send(new GetObjectCommand({ Bucket, Key: "a" }));
      await user.send(new ListObjectsV2Command({ Bucket }));
      await refused(user.send(new PutObjectCommand({ Bucket, Key: "b", Body: "1" })), "AccessDenied", 403);
      await refused(user.send(new ListObjectsV2Command({ Bucket: "contract-reader-not" })), "AccessDenied", 403);
    },
  },
  {
    fact: "a bucket policy allows its principal, and nobody else",
    about: "authorization",
    async run(clients) {
      const { Bucket, user } = await stage(clients, "contract-principal");
      const { user: other } = await stage(clients, "contract-other");
      const { User } = await clients.iam.send(new GetUserCommand({ UserName: Bucket }));
      const Policy = allow(["s3:PutObject", "s3:GetObject"], arnsOf(Bucket), { Principal: { AWS: User?.Arn } });
      await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await user.send(new PutObjectCommand({ Bucket, Key: "b", Body: "1" }));
      await refused(user.send(new DeleteObjectCommand({ Bucket, Key: "b" })), "AccessDenied", 403);
      await refused(other.send(new GetObjectCommand({ Bucket, Key: "a" })), "AccessDenied", 403);
    },
  },
  {
    fact: "a deny in the bucket's policy wins over an allow of the user's",
    about: "authorization",
    async run(clients) {
      const { Bucket, user } = await stage(clients, "contract-deny");
      const PolicyDocument = allow(["s3:*"], ["*"]);
      await clients.iam.send(new PutUserPolicyCommand({ UserName: Bucket, PolicyName: "p", PolicyDocument }));
      const { User } = await clients.iam.send(new GetUserCommand({ UserName: Bucket }));
      const Policy = allow(["s3:DeleteObject"], arnsOf(Bucket), { Effect: "Deny", Principal: { AWS: User?.Arn } });
      await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await user.send(new GetObjectCommand({ Bucket, Key: "a" }));
      await refused(user.send(new DeleteObjectCommand({ Bucket, Key: "a" })), "AccessDenied", 403);
    },
  },
  {
    fact: "a key of a user is that user to IAM, and may do there what the policies say",
    about: "authorization",
    async run({ iam, iamAs }) {
      const UserName = "contract-self";
      const own = iamAs(await userWithKey(iam, UserName));
      await refused(own.send(new ListUsersCommand()), "AccessDenied", 403);
      const PolicyDocument = allow(["iam:GetUser"], ["*"]);
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }));
      assert.equal((await own.send(new GetUserCommand())).User?.UserName, UserName);
    },
  },
];
