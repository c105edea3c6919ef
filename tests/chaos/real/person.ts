import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Clients } from "../../sandbox/aws/contract/case.ts";
import type { Person } from "../place.ts";

/** A person with clients of the service. */
export function personWith({ s3, iam }: Clients): Person {
  return {
    async bucket(Bucket, { policy, tags = {} }) {
      await s3.send(new CreateBucketCommand({ Bucket }));
      if (policy !== undefined) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }));
      const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    },
    object: (Bucket, Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    upload: (Bucket, Key) => s3.send(new CreateMultipartUploadCommand({ Bucket, Key })),
    async user(UserName, { inline = {} }) {
      await iam.send(new CreateUserCommand({ UserName }));
      for (const [PolicyName, document] of Object.entries(inline)) {
        await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: JSON.stringify(document) }));
      }
    },
    accessKey: (UserName) => iam.send(new CreateAccessKeyCommand({ UserName })),
    async loseKeys(UserName) {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
      for (const { AccessKeyId } of AccessKeyMetadata) {
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      }
    },
    policy: (PolicyName, document) =>
      iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(document) })),
  };
}
