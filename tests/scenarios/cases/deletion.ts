import assert from "node:assert/strict";
import { GetUserCommand } from "@aws-sdk/client-iam";
import {
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { object } from "../objects.ts";
import type { Stage } from "../stage.ts";
import type { Scenario } from "../world.ts";

async function bucketExists(stage: Stage, Bucket: string): Promise<boolean> {
  return await stage.s3.send(new HeadBucketCommand({ Bucket })).then(() => true, () => false);
}

async function userExists(stage: Stage, UserName: string): Promise<boolean> {
  return await stage.iam.send(new GetUserCommand({ UserName })).then(() => true, () => false);
}

export const deletionScenarios: readonly Scenario[] = [
  {
    fact: "an auto-managed bucket goes with its children, and its object last",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto");
      await stage.applied(bucket);
      await stage.ready(bucket);
      await stage.deleted(bucket);
      for (
        const [kind, name] of [["User", "auto-user"], ["AccessKey", "auto-accesskey"], ["BucketPolicy", "auto-policy"]]
      ) {
        assert.equal(await stage.admin.get({ kind, metadata: { namespace: stage.ns, name } }), undefined);
      }
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
      assert.equal(await userExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "a bucket with Retain outlives its object, even when its Provider never existed",
    async run(stage) {
      await stage.begin();
      const kept = stage.plainBucket("kept", { deletionPolicy: "Retain" });
      const orphan = stage.plainBucket("orphan", { deletionPolicy: "Retain", providerRef: { name: "absent" } });
      await stage.applied(kept, orphan);
      await stage.ready(kept);
      await stage.refused(orphan, "ProviderNotReady");
      await stage.deleted(kept, orphan);
      assert.equal(await bucketExists(stage, kept.spec.name), true);
    },
  },
  {
    fact: "a full bucket is BucketNotEmpty until forceDelete empties it, every version of it",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("full");
      await stage.applied(bucket);
      await stage.ready(bucket);
      const Bucket = bucket.spec.name;
      await stage.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
      for (const Body of ["one", "two"]) await stage.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body }));
      await stage.admin.remove(bucket);
      assert.match(await stage.refused(bucket, "BucketNotEmpty"), /forceDelete/);
      assert.match(await stage.event(bucket, "DeletionBlocked"), /not empty/);
      await stage.admin.patch(bucket, { spec: { forceDelete: true } });
      await stage.gone(bucket);
      assert.equal(await bucketExists(stage, Bucket), false);
    },
  },
  {
    fact: "a namespace that is deleted whole takes everything outside with it",
    needs: ["rights that stay"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("auto");
      const user = stage.user("app");
      const key = stage.accessKey("app-key", "app");
      await stage.applied(bucket, user, key);
      await stage.ready(bucket, user, key);
      await stage.admin.remove({ kind: "Namespace", metadata: { name: stage.ns } });
      for (const each of [bucket, user, key, ...stage.providerObjects()]) await stage.gone(each);
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
      assert.equal(await userExists(stage, user.spec.name), false);
      assert.equal(await userExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "a Provider that is deleted first stays InUse until what uses it is gone",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      await stage.applied(bucket);
      await stage.ready(bucket);
      const provider = { kind: "Provider", metadata: { name: "wasabi", namespace: stage.ns } };
      await stage.admin.remove(provider);
      assert.match(await stage.refused(provider, "InUse"), /1 object.*Bucket .*data/);
      await stage.deleted(bucket);
      await stage.gone(provider);
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "deletion goes on after a restart in between",
    async run(stage) {
      const operator = await stage.begin();
      const bucket = stage.bucket("auto");
      await stage.applied(bucket);
      await stage.ready(bucket);
      await operator.stop();
      await stage.admin.remove(bucket);
      await stage.operator();
      await stage.gone(bucket);
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
      assert.equal(await userExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "a provider that is down blocks a deletion, which says so and ends once it is back",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", { deletionPolicy: "Delete" });
      await stage.applied(bucket);
      await stage.ready(bucket);
      const lift = stage.world.faults?.on(/^s3:/, { do: "fail", status: 503, code: "SlowDown" });
      await stage.admin.remove(bucket);
      await stage.refused(bucket, "DeletionBlocked");
      await stage.event(bucket, "DeletionBlocked");
      const { metadata } = await stage.admin.get(bucket);
      assert.ok(metadata.finalizers.includes("s3.cloud37.dev/finalizer"));
      lift?.();
      await stage.gone(bucket);
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "abandon ends a deletion without the provider, and an Event says what is left behind",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", { deletionPolicy: "Delete" });
      await stage.applied(bucket);
      await stage.ready(bucket);
      stage.world.faults?.on(/^s3:/, { do: "fail", status: 403, code: "AccessDenied" });
      await stage.admin.remove(bucket);
      await stage.refused(bucket, "DeletionBlocked");
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/abandon": "true" });
      await stage.gone(bucket);
      assert.match(await stage.event(bucket, "Abandoned"), new RegExp(bucket.spec.name));
      stage.world.faults?.clear();
      assert.equal(await bucketExists(stage, bucket.spec.name), true);
    },
  },
  {
    fact: "the older of two objects for one bucket keeps it; deleting the other leaves the bucket alone",
    async run(stage) {
      await stage.begin();
      const first = stage.plainBucket("first", { name: stage.name("shared") });
      const second = stage.plainBucket("second", { name: stage.name("shared") });
      await stage.applied(first);
      await stage.ready(first);
      // Creation times have seconds: the tie is decided by name, which "first" wins too.
      await stage.applied(second);
      assert.match(await stage.refused(second, "Conflict"), /first/);
      await stage.deleted(second);
      assert.equal(await bucketExists(stage, first.spec.name), true);
      await stage.ready(first);
    },
  },
  {
    fact: "a paused object is left alone, its deletion too, until it goes on",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      bucket.metadata.annotations = { "s3.cloud37.dev/paused": "true" };
      await stage.applied(bucket);
      await stage.refused(bucket, "Paused");
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/paused": null });
      await stage.ready(bucket);
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/paused": "true" });
      await stage.until(
        bucket,
        "to be paused",
        ({ status }) => status.conditions.some((each: { reason: string }) => each.reason === "Paused"),
      );
      await stage.admin.remove(bucket);
      await stage.admin.annotate(bucket, { "s3.cloud37.dev/paused": null });
      await stage.gone(bucket);
      assert.equal(await bucketExists(stage, bucket.spec.name), false);
    },
  },
  {
    fact: "a bucket policy whose Bucket goes first is taken off the bucket that stays",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data", { deletionPolicy: "Retain" });
      const policy = object("BucketPolicy", { name: "policy", namespace: stage.ns }, {
        bucketRef: { name: "data" },
        policy: {
          statement: [{
            effect: "Deny",
            principal: "*",
            action: "s3:DeleteObject",
            resource: `arn:aws:s3:::${bucket.spec.name}/*`,
          }],
        },
      });
      await stage.applied(bucket, policy);
      await stage.ready(bucket, policy);
      await stage.deleted(bucket, policy);
      await assert.rejects(stage.s3.send(new GetBucketPolicyCommand({ Bucket: bucket.spec.name })), /policy/i);
    },
  },
];
