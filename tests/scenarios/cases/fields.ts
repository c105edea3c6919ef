import assert from "node:assert/strict";
import { GetPolicyCommand, GetPolicyVersionCommand, GetUserCommand } from "@aws-sdk/client-iam";
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { parseAllDocuments } from "yaml";
import type { Loose } from "../admin.ts";
import { object } from "../objects.ts";
import { condition, type Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

const EXAMPLES = new URL("../../../examples/", import.meta.url);

/** The objects of examples/, with the stage's namespace, endpoint, credentials and names. */
async function examples(stage: Stage): Promise<Loose[]> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(EXAMPLES)) texts.push(await Deno.readTextFile(new URL(name, EXAMPLES)));
  const { endpoint, credentials } = stage.world.service;
  const text = texts.join("\n---\n")
    .replaceAll("REPLACE-WITH-ACCESS-KEY-ID", credentials.accessKeyId)
    .replaceAll("REPLACE-WITH-SECRET-ACCESS-KEY", credentials.secretAccessKey)
    .replaceAll(/https:\/\/(s3|iam)\.[\w.-]*wasabisys\.com/g, endpoint)
    .replaceAll(/\bexample-(?=[a-z])/g, `${stage.ns}-`);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Loose).filter(Boolean);
  return objects.map((each) => ({ ...each, metadata: { ...each.metadata, namespace: stage.ns } }));
}

export const fieldScenarios: readonly Scenario[] = [
  {
    fact: "every example becomes Ready, and all of them go again",
    async run(stage) {
      await stage.namespace();
      await stage.operator();
      const objects = await examples(stage);
      const ours = objects.filter(({ apiVersion }) => apiVersion.startsWith("s3.cloud37.dev/"));
      assert.deepEqual([...new Set(ours.map(({ kind }) => kind))].sort(), [
        "AccessKey",
        "Bucket",
        "BucketPolicy",
        "IAMPolicy",
        "Provider",
        "User",
      ]);
      await stage.applied(...objects);
      await stage.ready(...ours);
      for (const each of ours) await stage.admin.remove(each);
      await stage.gone(...ours);
    },
  },
  {
    fact: "lifecycle and cors are what the spec says, to the last field",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", {
        lifecycle: {
          rules: [
            { id: "days", prefix: "logs/", expiration: { days: 30 } },
            { id: "date", status: "Disabled", prefix: "old/", expiration: { date: "2030-01-01T00:00:00Z" } },
          ],
        },
        cors: {
          rules: [{
            allowedOrigins: ["https://a.example"],
            allowedMethods: ["GET", "PUT"],
            allowedHeaders: ["*"],
            exposedHeaders: ["ETag"],
            maxAgeSeconds: 60,
          }],
        },
      });
      await stage.applied(bucket);
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      const { Rules = [] } = await stage.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      const byId = new Map(Rules.map((rule) => [rule.ID, rule]));
      assert.equal(byId.get("days")?.Status, "Enabled");
      assert.equal(byId.get("date")?.Status, "Disabled");
      assert.equal(byId.get("date")?.Expiration?.Date?.toISOString(), "2030-01-01T00:00:00.000Z");
      const { CORSRules } = await stage.s3.send(new GetBucketCorsCommand({ Bucket }));
      assert.deepEqual({ ...CORSRules?.[0] }, {
        AllowedOrigins: ["https://a.example"],
        AllowedMethods: ["GET", "PUT"],
        AllowedHeaders: ["*"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 60,
      });
    },
  },
  {
    fact: "public access and encryption follow the spec field by field",
    needs: ["aws"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", {
        publicAccess: { blockPublicAcls: false },
        encryption: { enabled: true, algorithm: "aws:kms", kmsKeyId: "some-key" },
      });
      await stage.applied(bucket);
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      const { PublicAccessBlockConfiguration: block } = await stage.s3.send(
        new GetPublicAccessBlockCommand({ Bucket }),
      );
      assert.deepEqual([block?.BlockPublicAcls, block?.BlockPublicPolicy], [false, true]);
      const read = async () => {
        const { ServerSideEncryptionConfiguration } = await stage.s3.send(new GetBucketEncryptionCommand({ Bucket }));
        return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      };
      assert.deepEqual([(await read())?.SSEAlgorithm, (await read())?.KMSMasterKeyID], ["aws:kms", "some-key"]);
      await stage.admin.patch(bucket, { spec: { encryption: { algorithm: "AES256", kmsKeyId: null } } });
      await stage.ready(bucket);
      assert.equal((await read())?.SSEAlgorithm, "AES256");
    },
  },
  {
    fact: "what Wasabi has not is said in the status and not tried again and again",
    needs: ["strict service"],
    async run(stage) {
      if (!stage.world.wasabi) return;
      await stage.begin("--drift-check-interval-seconds=1");
      const bucket = stage.plainBucket("kms", { encryption: { enabled: true, algorithm: "aws:kms" } });
      const tagged = stage.plainBucket("plain", { publicAccess: {}, encryption: { enabled: true } });
      await stage.applied(bucket, tagged);
      assert.match(await stage.refused(bucket, "Unsupported"), /spec\.encryption/);
      await stage.ready(tagged);
      const { sandbox } = stage.world;
      const tries = () => sandbox?.requests.filter(({ name }) => name === "s3:PutBucketEncryption").length;
      const before = tries();
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/reconcile-at": "once" });
      await stage.until(
        bucket,
        "to be looked at again",
        ({ status }) => condition(status, "Stalled")?.status === "True",
      );
      assert.equal(tries(), before);
    },
  },
  {
    fact: "a bucket is made in its Provider's region, and one of another region is not made",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const home = stage.plainBucket("home", { region: "us-east-1" });
      const away = stage.plainBucket("away", { region: "eu-central-1" });
      await stage.applied(home, away);
      await stage.ready(home);
      const location = async (Bucket: string) =>
        (await stage.s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
      assert.equal(await location(home.spec.name) ?? "us-east-1", "us-east-1");
      assert.match(await stage.refused(away, "CreationFailed"), /spec\.region "eu-central-1" is not that of Provider/);
      await stage.event(away, "ReconcileFailed");
      await assert.rejects(location(away.spec.name), { name: "NoSuchBucket" });
      await stage.admin.patch(away, { spec: { region: null } });
      await stage.ready(away);
    },
  },
  {
    fact: "autoManage that is switched off takes no credentials away: the children stay, and go with the bucket",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto");
      const UserName = bucket.spec.name;
      await stage.applied(bucket);
      await stage.ready(bucket);
      await stage.admin.patch(bucket, { spec: { autoManage: { enabled: false } } });
      await stage.ready(bucket);
      await stage.iam.send(new GetUserCommand({ UserName }));
      await stage.deleted(bucket);
      await assert.rejects(stage.iam.send(new GetUserCommand({ UserName })));
    },
  },
  {
    fact: "a Bucket with userRef makes the policy for that user, and with autoManage a key too",
    async run(stage) {
      await stage.begin();
      const user = stage.user("app");
      const policyOnly = stage.bucket("policy-only", { userRef: { name: "app" } });
      const withKey = stage.bucket("with-key", { userRef: { name: "app" }, autoManage: {} });
      await stage.applied(policyOnly, withKey);
      await stage.refused(policyOnly, "UserNotReady");
      await stage.applied(user);
      await stage.ready(user, policyOnly, withKey);
      const child = (kind: string, name: string) => ({ kind, metadata: { namespace: stage.ns, name } });
      assert.equal(await stage.admin.get(child("User", "policy-only-user")), undefined);
      assert.equal(await stage.admin.get(child("AccessKey", "policy-only-accesskey")), undefined);
      assert.ok(await stage.admin.get(child("AccessKey", "with-key-accesskey")));
      const { Policy } = await stage.s3.send(new GetBucketPolicyCommand({ Bucket: policyOnly.spec.name }));
      assert.match(Policy ?? "", new RegExp(`:user/${user.spec.name}`));
    },
  },
  {
    fact: "a reconcile is asked for by reconcile-at, once for each token",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      await stage.applied(bucket);
      await stage.ready(bucket);
      stage.world.sandbox?.state.buckets.delete(bucket.spec.name);
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/reconcile-at": "now" });
      await stage.until(bucket, "to record the token", ({ status }) => status.lastReconcileAt === "now");
      assert.ok(stage.world.sandbox?.state.buckets.has(bucket.spec.name));
    },
  },
  {
    fact: "a managed policy's document and tags follow the spec",
    async run(stage) {
      await stage.begin();
      const policy = object("IAMPolicy", { name: stage.name("p"), namespace: stage.ns }, {
        providerRef: { name: "wasabi" },
        policy: {
          version: "2012-10-17",
          statement: [{
            sid: "One",
            effect: "Deny",
            action: ["s3:GetObject", "s3:PutObject"],
            resource: ["arn:aws:s3:::b/*"],
            condition: { Bool: { "aws:SecureTransport": "false" } },
          }],
        },
        tags: { team: "storage" },
      });
      await stage.applied(policy);
      await stage.ready(policy);
      const { status: { policyArn: PolicyArn } } = await stage.admin.get(policy);
      const { Policy } = await stage.iam.send(new GetPolicyCommand({ PolicyArn }));
      const { PolicyVersion } = await stage.iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      const { Statement: [statement] } = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""));
      assert.equal(statement.Sid, "One");
      assert.deepEqual(statement.Condition, { Bool: { "aws:SecureTransport": "false" } });
      if (!stage.world.wasabi) assert.deepEqual(Policy?.Tags, [{ Key: "team", Value: "storage" }]);
    },
  },
  {
    fact: "a Provider whose endpoint changes is checked anew, and its objects follow",
    async run(stage) {
      await stage.namespace();
      const [credentials, provider] = stage.providerObjects({ spec: { endpoint: "http://127.0.0.1:1" } });
      const bucket = stage.plainBucket("data");
      await stage.applied(credentials, provider, bucket);
      await stage.operator();
      await stage.refused(provider, "EndpointUnreachable");
      await stage.admin.patch(provider, { spec: { endpoint: stage.world.service.endpoint, pathStyle: true } });
      await stage.ready(provider, bucket);
      const { status } = await stage.admin.get(provider);
      assert.equal(status.connected, true);
      for (const type of ["AuthValid", "EndpointReachable", "Ready"]) {
        assert.equal(condition(status, type).status, "True");
      }
    },
  },
];
