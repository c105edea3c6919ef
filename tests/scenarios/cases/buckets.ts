import assert from "node:assert/strict";
import {
  DeleteBucketCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { valueOf } from "../objects.ts";
import type { Scenario } from "../world.ts";

const SETTINGS = {
  versioning: { enabled: true },
  encryption: { enabled: true, algorithm: "AES256" },
  publicAccess: {},
  lifecycle: { rules: [{ id: "old", prefix: "logs/", expiration: { days: 30 } }] },
  cors: { rules: [{ allowedOrigins: ["https://a.example"], allowedMethods: ["GET"] }] },
  tagging: { tags: { team: "storage" } },
};

export const bucketScenarios: readonly Scenario[] = [
  {
    fact: "a bucket with every setting is made and set",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", SETTINGS);
      await stage.applied(bucket);
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      const { s3, world } = stage;
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");
      assert.deepEqual((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, [
        { Key: "team", Value: "storage" },
      ]);
      const lifecycle = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      assert.deepEqual(lifecycle.Rules?.map(({ ID, Expiration }) => [ID, Expiration?.Days]), [["old", 30]]);
      const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket }));
      assert.deepEqual(CORSRules?.[0]?.AllowedOrigins, ["https://a.example"]);
      if (world.wasabi) return;
      const { PublicAccessBlockConfiguration: block } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      assert.deepEqual(Object.values(block ?? {}), [true, true, true, true]);
      const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      assert.equal(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "AES256");
    },
  },
  {
    fact: "every setting of a bucket that changes in the spec changes at the service, and one that goes is put back",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", SETTINGS);
      await stage.applied(bucket);
      await stage.ready(bucket);
      await stage.admin.patch(bucket, {
        spec: {
          versioning: { enabled: false },
          lifecycle: { rules: [{ id: "old", prefix: "logs/", expiration: { days: 60 } }] },
          cors: { rules: [{ allowedOrigins: ["https://b.example"], allowedMethods: ["PUT"] }] },
          tagging: { tags: { team: "other", more: "yes" } },
        },
      });
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      const { s3 } = stage;
      assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Suspended");
      assert.equal((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet?.length, 2);
      const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      assert.equal(Rules?.[0]?.Expiration?.Days, 60);
      assert.deepEqual((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules?.[0]?.AllowedMethods, ["PUT"]);
      await stage.admin.patch(bucket, { spec: { lifecycle: null, cors: null, tagging: null } });
      await stage.ready(bucket);
      const missing = /NoSuch|does not exist|not found/i;
      await assert.rejects(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })), missing);
      await assert.rejects(s3.send(new GetBucketCorsCommand({ Bucket })), missing);
      await assert.rejects(s3.send(new GetBucketTaggingCommand({ Bucket })), missing);
      const { status } = await stage.admin.get(bucket);
      assert.deepEqual(status.managedAspects, ["encryption", "publicAccess", "versioning"]);
    },
  },
  {
    fact: "an auto-managed bucket gets user, key and policy, and its credentials work",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto");
      await stage.applied(bucket);
      await stage.ready(bucket);
      const { status } = await stage.admin.get(bucket);
      assert.equal(status.credentialsSecret, "auto-accesskey-credentials");
      const secret = await stage.admin.get({
        kind: "Secret",
        metadata: { name: status.credentialsSecret, namespace: stage.ns },
      });
      const credentials = {
        accessKeyId: valueOf(secret, "access-key-id"),
        secretAccessKey: valueOf(secret, "secret-access-key"),
      };
      const s3 = stage.world.clients.s3As({ credentials });
      const Bucket = bucket.spec.name;
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "text" }));
      assert.equal(await (await s3.send(new GetObjectCommand({ Bucket, Key: "a" }))).Body?.transformToString(), "text");
      const { Policy = "" } = await stage.s3.send(new GetBucketPolicyCommand({ Bucket }));
      assert.match(Policy, new RegExp(`arn:aws:iam::\\d{12}:user/${Bucket}`));
    },
  },
  {
    fact: "changes of accessLevel and rotation reach the children",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto", { autoManage: { accessLevel: "readonly" } });
      await stage.applied(bucket);
      await stage.ready(bucket);
      await stage.admin.patch(bucket, { spec: { autoManage: { accessLevel: "full", rotation: { intervalDays: 7 } } } });
      const at = { namespace: stage.ns };
      await stage.until(
        { kind: "AccessKey", metadata: { ...at, name: "auto-accesskey" } },
        "to have the new interval",
        ({ spec }) => spec.rotate.intervalDays === 7,
      );
      await stage.until(
        { kind: "BucketPolicy", metadata: { ...at, name: "auto-policy" } },
        "to have the new level",
        ({ spec }) => JSON.stringify(spec.policy).includes("s3:*"),
      );
      await stage.eventually("the policy at the service", async () => {
        const { Policy } = await stage.s3.send(new GetBucketPolicyCommand({ Bucket: bucket.spec.name }));
        return Policy?.includes("s3:*") ?? false;
      });
    },
  },
  {
    fact: "what somebody changes behind the operator's back is put right within the drift interval",
    async run(stage) {
      await stage.begin("--drift-check-interval-seconds=1");
      const bucket = stage.plainBucket("data", { tagging: { tags: { team: "storage" } } });
      await stage.applied(bucket);
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      const TagSet = [{ Key: "team", Value: "wrong" }];
      await stage.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
      await stage.eventually("the tag to be put right", async () => {
        const tags = await stage.s3.send(new GetBucketTaggingCommand({ Bucket }));
        return tags.TagSet?.[0]?.Value === "storage";
      });
      await stage.s3.send(new DeleteBucketCommand({ Bucket }));
      await stage.eventually(
        "the bucket to be there again",
        () => stage.s3.send(new HeadBucketCommand({ Bucket })).then(() => true, () => false),
      );
    },
  },
];
