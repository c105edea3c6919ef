import {
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetPolicyVersionCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { refusal, refused } from "./aws/contract/case.ts";
import { withSandbox } from "./aws/harness.ts";
import type { Recording } from "./aws/mod.ts";

Deno.test("a name of another account is forbidden to see and taken to create", () =>
  withSandbox({}, async ({ seed }, { s3 }) => {
    seed.foreignBucket("taken");
    assert.equal((await refusal(s3.send(new HeadBucketCommand({ Bucket: "taken" })))).status, 403);
    await refused(s3.send(new CreateBucketCommand({ Bucket: "taken" })), "BucketAlreadyExists", 409);
    await refused(s3.send(new GetBucketTaggingCommand({ Bucket: "taken" })), "AccessDenied", 403);
  }));

Deno.test("the account has room for so many buckets", () =>
  withSandbox({ behaviour: { limits: { buckets: 1 } } }, async ({ seed }, { s3 }) => {
    seed.bucket("one");
    await refused(s3.send(new CreateBucketCommand({ Bucket: "two" })), "TooManyBuckets", 400);
  }));

Deno.test("one's own bucket can be created again in us-east-1, and is left as it is", () =>
  withSandbox({}, async ({ seed, state }, { s3 }) => {
    seed.bucket("app", { tags: { a: "1" } });
    await s3.send(new CreateBucketCommand({ Bucket: "app" }));
    assert.deepEqual(state.buckets.get("app")?.tags, { a: "1" });
  }));

Deno.test("an endpoint of one region refuses what is signed for another", () =>
  withSandbox({ behaviour: { region: "eu-central-1" } }, async ({ seed }, { s3, s3As }) => {
    const Bucket = seed.bucket("app").name;
    await s3As({ region: "eu-central-1" }).send(new HeadBucketCommand({ Bucket }));
    await refused(s3.send(new GetBucketTaggingCommand({ Bucket })), "AuthorizationHeaderMalformed", 400);
  }));

Deno.test("an unfinished upload stands in the way of deletion where it is told to", () =>
  withSandbox({ behaviour: { uploadsBlockDelete: true } }, async ({ seed, state }, { s3 }) => {
    const Bucket = seed.bucket("app").name;
    seed.upload(Bucket, "big");
    await refused(s3.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty", 409);
    state.buckets.get(Bucket)?.uploads.clear();
    await s3.send(new DeleteBucketCommand({ Bucket }));
  }));

Deno.test("a locked version is deleted with the bypass only, and the bypass is refused without object lock", () =>
  withSandbox({}, async ({ seed }, { s3 }) => {
    seed.bucket("locked", { objectLock: true, versioning: "Enabled" });
    const version = seed.object("locked", "a", "1");
    version.lock = { mode: "GOVERNANCE", until: Date.now() + 60_000 };
    const remove = (Bucket: string, BypassGovernanceRetention: boolean) =>
      s3.send(
        new DeleteObjectCommand({ Bucket, Key: "a", VersionId: version.versionId, BypassGovernanceRetention }),
      );
    await refused(remove("locked", false), "AccessDenied", 403);
    await remove("locked", true);
    seed.bucket("open");
    await refused(remove("open", true), "InvalidArgument", 400);
  }));

Deno.test("suspended versioning keeps old versions and writes over the null one", () =>
  withSandbox({}, async ({ seed }, { s3 }) => {
    const bucket = seed.bucket("app", { versioning: "Enabled" });
    seed.object("app", "a", "1");
    bucket.versioning = "Suspended";
    seed.object("app", "a", "2");
    seed.object("app", "a", "3");
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: "app" }));
    assert.deepEqual(Versions.map(({ VersionId, IsLatest }) => [VersionId === "null", IsLatest]), [[true, true], [
      false,
      false,
    ]]);
    const read = await s3.send(new GetObjectCommand({ Bucket: "app", Key: "a" }));
    assert.equal(await read.Body?.transformToString(), "3");
  }));

Deno.test("a group and a login profile stand in the way of deleting a user, one after the other", () =>
  withSandbox({}, async ({ seed }, { iam }) => {
    const UserName = "app";
    seed.user(UserName).loginProfile = true;
    seed.group("people", [UserName]);
    const remove = async (left: RegExp) => {
      const error = await iam.send(new DeleteUserCommand({ UserName })).catch((thrown) => thrown);
      assert.deepEqual([error.name, left.test(error.message)], ["DeleteConflictException", true]);
    };
    await remove(/login profile/);
    await iam.send(new DeleteLoginProfileCommand({ UserName }));
    await remove(/group/);
    await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "people" }));
    await iam.send(new DeleteUserCommand({ UserName }));
  }));

const allow = (resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: [resource] }],
});

const recording: Recording = {
  users: {
    reader: {
      arn: "arn:aws:iam::123456789012:user/reader",
      userId: "recorded-id",
      tags: [{ Key: "a", Value: "1" }],
      accessKeys: [{ id: "AKIARECORDED00000000", status: "Active", created: "2026-11-23T01:36:25.033157+00:00" }],
      inline: { "reader-policy": allow("arn:aws:s3:::app/*") },
      attached: ["arn:aws:iam::123456789012:policy/readers"],
    },
  },
  policies: [{
    name: "readers",
    arn: "arn:aws:iam::123456789012:policy/readers",
    default: "v2",
    description: null,
    document: allow("arn:aws:s3:::other/*"),
  }],
  buckets: {
    app: {
      versioning: "Enabled",
      encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      tags: [{ Key: "team", Value: "a" }],
      lifecycle: [{ Expiration: { Days: 30 }, ID: "old", Filter: { Prefix: "logs/" }, Status: "Enabled" }],
      cors: [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://example.com"], MaxAgeSeconds: 3600 }],
      policy: '{"Version":"2012-10-17","Statement":[]}',
      publicAccess: null,
    },
  },
};

Deno.test("a recording's users and policies are there, and a key works with the secret given for it", () =>
  withSandbox({}, async (sandbox, { iam, s3As }) => {
    const UserName = "reader";
    const credentials = { accessKeyId: "AKIARECORDED00000000", secretAccessKey: "known" };
    sandbox.load(recording, { [credentials.accessKeyId]: credentials.secretAccessKey });
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
    assert.equal(AccessKeyMetadata?.[0]?.CreateDate?.toISOString(), "2026-11-23T01:36:25.000Z");
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    const PolicyArn = AttachedPolicies?.[0]?.PolicyArn;
    const { PolicyUsers } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    assert.deepEqual(PolicyUsers, [{ UserName, UserId: "recorded-id" }]);
    await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    sandbox.seed.object("app", "a", "1");
    await s3As({ credentials }).send(new GetObjectCommand({ Bucket: "app", Key: "a" }));
  }));

Deno.test("a recording's buckets read as they were recorded", () =>
  withSandbox({}, async (sandbox, { s3 }) => {
    sandbox.load(recording);
    const Bucket = "app";
    const recorded = recording.buckets[Bucket];
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    const { CORSRules } = await s3.send(new GetBucketCorsCommand({ Bucket }));
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    assert.deepEqual(Rules, recorded?.lifecycle);
    assert.deepEqual(CORSRules, recorded?.cors);
    assert.deepEqual(TagSet, recorded?.tags);
    assert.deepEqual(encryption.ServerSideEncryptionConfiguration?.Rules, recorded?.encryption);
    assert.equal(Policy, recorded?.policy);
    const access = s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    await refused(access, "NoSuchPublicAccessBlockConfiguration", 404);
  }));
