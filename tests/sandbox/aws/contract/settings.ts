import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type ContractCase, refused } from "./case.ts";

async function bucket(s3: S3Client, Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Configurations of a bucket: set, read back, removed. */
export const settingCases: readonly ContractCase[] = [
  {
    fact: "versioning is unset on a new bucket, then enabled, then suspended",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-versioning");
      const read = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
      assert.equal(await read(), undefined);
      for (const Status of ["Enabled", "Suspended"] as const) {
        await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
        assert.equal(await read(), Status);
      }
    },
  },
  {
    fact: "a setting of a missing bucket is NoSuchBucket",
    async run({ s3 }) {
      const Bucket = "contract-never-made";
      await refused(s3.send(new GetBucketVersioningCommand({ Bucket })), "NoSuchBucket", 404);
      await refused(s3.send(new GetBucketTaggingCommand({ Bucket })), "NoSuchBucket", 404);
      await refused(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucket", 404);
    },
  },
  {
    fact: "encryption is read back with its bucket key",
    about: "bucket encryption",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-encryption");
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "k" } } as const;
      const ServerSideEncryptionConfiguration = { Rules: [rule] };
      await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
      const read = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      assert.deepEqual(read.ServerSideEncryptionConfiguration?.Rules, [{ ...rule, BucketKeyEnabled: false }]);
    },
  },
  {
    fact: "a new bucket is encrypted with AES256, also after its configuration was deleted",
    about: "new bucket defaults",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-encrypted");
      await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
      const read = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = read.ServerSideEncryptionConfiguration?.Rules ?? [];
      assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "AES256");
    },
  },
  {
    fact: "a new bucket blocks public access in all four ways",
    about: "new bucket defaults",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-blocked");
      const read = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      assert.deepEqual(read.PublicAccessBlockConfiguration, ALL_BLOCKED);
    },
  },
  {
    fact: "the public access block is set, with false for what is left out, and deleted",
    about: "public access block",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-access");
      const PublicAccessBlockConfiguration = { BlockPublicAcls: true, IgnorePublicAcls: true };
      await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      const read = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      assert.deepEqual(read.PublicAccessBlockConfiguration, {
        ...ALL_BLOCKED,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      });
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      const gone = s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      await refused(gone, "NoSuchPublicAccessBlockConfiguration", 404);
    },
  },
  {
    fact: "tags are replaced as a whole and deleted",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-tags");
      const read = async () => (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet;
      await refused(read(), "NoSuchTagSet", 404);
      for (const TagSet of [[{ Key: "a", Value: "1 & <2>" }], [{ Key: "b", Value: "2" }]]) {
        await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
        assert.deepEqual(await read(), TagSet);
      }
      await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
      await refused(read(), "NoSuchTagSet", 404);
    },
  },
  {
    fact: "a tag may be empty",
    about: "empty tags",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-empty-tag");
      const TagSet = [{ Key: "a", Value: "" }];
      await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
      assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);
    },
  },
  {
    fact: "tags of the system's own cannot be set",
    about: "system tags",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-system-tags");
      const Tagging = { TagSet: [{ Key: "aws:x", Value: "" }] };
      await refused(s3.send(new PutBucketTaggingCommand({ Bucket, Tagging })), "InvalidTag", 400);
    },
  },
  {
    fact: "lifecycle rules are replaced as a whole and deleted",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-lifecycle");
      const read = async () => (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
      await refused(read(), "NoSuchLifecycleConfiguration", 404);
      const Rules = [
        { ID: "a", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 30 } },
        {
          ID: "b",
          Status: "Disabled",
          Filter: { Prefix: "" },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
      ] as const;
      const LifecycleConfiguration = { Rules: [...Rules] };
      await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      assert.deepEqual(await read(), Rules);
      await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
      await refused(read(), "NoSuchLifecycleConfiguration", 404);
    },
  },
  {
    fact: "a lifecycle rule may move objects to another storage class",
    about: "transitions",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-transition");
      const rule = {
        ID: "t",
        Status: "Enabled",
        Filter: { Prefix: "" },
        Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
      } as const;
      const LifecycleConfiguration = { Rules: [{ ...rule, Transitions: [...rule.Transitions] }] };
      await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      assert.deepEqual(Rules, [rule]);
    },
  },
  {
    fact: "two lifecycle rules of one id are refused",
    about: "checked rules",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-same-id");
      const rule = { ID: "a", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } } as const;
      const LifecycleConfiguration = { Rules: [rule, rule] };
      const put = s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      await refused(put, "InvalidArgument", 400);
    },
  },
  {
    fact: "CORS rules are replaced as a whole and deleted",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-cors");
      const read = async () => (await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules;
      await refused(read(), "NoSuchCORSConfiguration", 404);
      const CORSRules = [{
        AllowedHeaders: ["*"],
        AllowedMethods: ["GET", "PUT"],
        AllowedOrigins: ["https://example.com", "https://example.org"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 3600,
      }];
      await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
      assert.deepEqual(await read(), CORSRules);
      await s3.send(new DeleteBucketCorsCommand({ Bucket }));
      await refused(read(), "NoSuchCORSConfiguration", 404);
    },
  },
  {
    fact: "a CORS method that is none is refused",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-cors-method");
      const CORSRules = [{ AllowedMethods: ["FETCH"], AllowedOrigins: ["*"] }];
      const put = s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
      await refused(put, "InvalidRequest", 400);
    },
  },
  {
    fact: "a policy is put, read and deleted",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-policy");
      const read = async () => JSON.parse((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "");
      await refused(read(), "NoSuchBucketPolicy", 404);
      const policy = policyFor(Bucket, "Deny");
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
      assert.deepEqual(await read(), policy);
      await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
      await refused(read(), "NoSuchBucketPolicy", 404);
    },
  },
  {
    fact: "a policy about another bucket is malformed",
    about: "policy resources",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-policy-resource");
      const Policy = JSON.stringify(policyFor("another-bucket", "Deny"));
      await refused(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })), "MalformedPolicy", 400);
    },
  },
  {
    fact: "a policy for a user who does not exist is malformed",
    about: "policy principals",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-policy-principal");
      for (const arn of ["arn:aws:iam::123456789012:user/contract-nobody", "arn:aws:iam::*:user/contract-nobody"]) {
        const Policy = JSON.stringify(policyFor(Bucket, "Allow", { AWS: arn }));
        await refused(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })), "MalformedPolicy", 400);
      }
    },
  },
  {
    fact: "a public policy is refused while public policies are blocked, and told as public afterwards",
    about: "blocked public policies",
    async run({ s3 }) {
      const Bucket = await bucket(s3, "contract-public");
      const put = () =>
        s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policyFor(Bucket, "Allow")) }));
      await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: ALL_BLOCKED }));
      await refused(put(), "AccessDenied", 403);
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      await put();
      const { PolicyStatus } = await s3.send(new GetBucketPolicyStatusCommand({ Bucket }));
      assert.equal(PolicyStatus?.IsPublic, true);
    },
  },
];

function policyFor(bucket: string, effect: "Allow" | "Deny", principal: unknown = "*") {
  return {
    Version: "2012-10-17",
    Statement: [{
      Sid: "One",
      Effect: effect,
      Principal: principal,
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${bucket}/*`,
    }],
  };
}
