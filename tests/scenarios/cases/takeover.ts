import assert from "node:assert/strict";
import { GetBucketPolicyCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Loose } from "../admin.ts";
import { Installation } from "../installation.ts";
import { condition } from "../stage.ts";
import { atRest, BROKEN, FINALIZER, NEEDS, OLD_FINALIZER, SOON, takenOver } from "../takeover.ts";
import type { Scenario } from "../world.ts";

/** All that 0.2.x left wrong at the service, and nothing else, is mended there. */
const MENDED = [
  // The policy that came with a Bucket named no user that there is; the other one never reached its bucket.
  "s3:PutBucketPolicy /auto",
  "s3:PutBucketPolicy /plain-bucket",
  // Tags were in two specs and never at IAM.
  "iam:TagUser",
  "iam:TagUser",
  // A user with a policyRef had got the default policy as well.
  "iam:DeleteUserPolicy",
].sort();

function isOldAnnotation(name: string): boolean {
  return name.startsWith("kopf.zalando.org/");
}

/** Status fields that a take-over writes, because what they tell has changed. */
const CHANGED: Readonly<Record<string, readonly string[]>> = {
  "Bucket/auto": ["lastSyncTime"],
  "User/app": ["lastSyncTime"],
  "User/auto-user": ["lastSyncTime"],
  "User/reader": ["lastSyncTime"],
  // Its principal was wrong, so its spec has another generation.
  "BucketPolicy/auto-policy": ["lastSyncTime", "observedGeneration"],
  "IAMPolicy/readers": ["attachedUsers"],
  "AccessKey/overdue-key": ["nextRotateTime"],
};

export const takeoverScenarios: readonly Scenario[] = [
  {
    fact: "what 0.2.x left is Ready after the take-over, without the old finalizer, annotations and conditions",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      for (const { kind, metadata: { name, annotations: before } } of old.allBut(BROKEN)) {
        const { metadata: { finalizers, annotations }, status } = await old.live(kind, name);
        assert.deepEqual(finalizers, [FINALIZER], name);
        assert.equal(Object.keys(annotations).some(isOldAnnotation), false, name);
        for (const [key, value] of Object.entries(before)) {
          if (!isOldAnnotation(key)) assert.equal(annotations[key], value, `${name}: ${key}`);
        }
        const wanted = kind === "Provider" ? ["AuthValid", "EndpointReachable", "Ready"] : ["Ready"];
        assert.deepEqual(status.conditions.map(({ type }: Loose) => type).sort(), wanted, name);
      }
    },
  },
  {
    fact: "what was Ready is Ready all along",
    needs: NEEDS,
    async run(stage) {
      const { old } = await atRest(stage);
      const was = old.objects.filter(({ status }) => condition(status, "Ready")?.status === "True");
      assert.equal(was.length, 11);
      for (const { kind, metadata: { name }, status: before } of was) {
        const { status } = await old.live(kind, name);
        const since = condition(status, "Ready").lastTransitionTime;
        assert.equal(since, condition(before, "Ready").lastTransitionTime, `${kind} ${name}`);
      }
    },
  },
  {
    fact: "an object that cannot be worked on yet is ProviderNotReady, and keeps both finalizers until it can",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      const message = await stage.refused(old.left("Bucket", "no-provider"), "ProviderNotReady");
      assert.match(message, /absent/);
      const { metadata, status } = await old.live("Bucket", "no-provider");
      assert.deepEqual(new Set(metadata.finalizers), new Set([FINALIZER, OLD_FINALIZER]));
      assert.equal(metadata.annotations["s3.cloud37.dev/taken-over"], undefined);
      assert.equal(condition(status, "ProviderNotReady").status, "True");
    },
  },
  {
    fact: "a take-over writes nothing to S3 and IAM but what mends the faults of 0.2.x",
    needs: NEEDS,
    async run(stage) {
      const { old } = await atRest(stage);
      assert.deepEqual(old.writes(), MENDED);
      assert.deepEqual(old.keysAt("app"), ["AKIARZPUZDIKNBG73SJW"]);
      assert.deepEqual(old.keysAt("auto"), ["AKIARZPUZDIKHRFVSWES"]);
      assert.deepEqual(old.keysAt("reader"), ["AKIARZPUZDIKHER5VISS", "AKIARZPUZDIKLK5CMNW5"]);
    },
  },
  {
    fact: "settings that no spec names stay as they are, though 0.2.x would have put them back",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const { buckets } = old.aws.state;
      const plain = buckets.get("plain-bucket")!;
      const { versioning, tags, lifecycle, cors, encryption } = plain;
      buckets.set("auto", { ...buckets.get("auto")!, versioning, tags, lifecycle, cors, encryption });
      const operator = await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      await old.lookedAt(operator);
      assert.deepEqual(old.writes(), MENDED);
      assert.equal(buckets.get("auto")!.versioning, "Enabled");
      assert.deepEqual((await old.live("Bucket", "auto")).status.managedAspects ?? [], []);
      assert.deepEqual(
        (await old.live("Bucket", "plain")).status.managedAspects,
        ["cors", "encryption", "lifecycle", "tagging", "versioning"],
      );
    },
  },
  {
    fact: "Secrets stay as they are, to the version",
    needs: NEEDS,
    async run(stage) {
      const { old } = await atRest(stage);
      const live = await Promise.all(old.secrets.map(({ metadata: { name } }) => old.live("Secret", name)));
      assert.deepEqual(live, old.secrets);
      assert.equal((await stage.admin.list("Secret", stage.ns)).length, old.secrets.length);
    },
  },
  {
    fact: "status fields carry on",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      for (const { kind, metadata: { name }, status: { conditions: _, ...before } } of old.allBut(BROKEN)) {
        const { status } = await old.live(kind, name);
        const kept = Object.keys(before).filter((field) => !CHANGED[`${kind}/${name}`]?.includes(field));
        for (const field of kept) assert.deepEqual(status[field], before[field], `${kind} ${name}: ${field}`);
      }
      const { status: { credentialsSecret, ownership } } = await old.live("Bucket", "auto");
      assert.deepEqual([credentialsSecret, ownership], ["auto-accesskey-credentials", "Created"]);
      assert.deepEqual((await old.live("IAMPolicy", "readers")).status.attachedUsers, ["reader"]);
    },
  },
  {
    fact: "a second start after the take-over writes nothing, neither to Kubernetes nor to the service",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const first = await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      await stage.refused(old.left("Bucket", "no-provider"), "ProviderNotReady");
      await old.lookedAt(first);
      await first.stop();
      const versions = await old.versions();
      old.aws.forgetRequests();
      await old.lookedAt(await stage.operator(SOON));
      assert.deepEqual(old.writes(), []);
      assert.deepEqual(await old.versions(), versions);
    },
  },
  {
    fact: "children of 0.2.x are adopted: controller kept, label given, rotation left alone until the Bucket states it",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      const children = [["User", "auto-user"], ["AccessKey", "auto-accesskey"], ["BucketPolicy", "auto-policy"]];
      for (const [kind = "", name = ""] of children) {
        const { metadata } = await stage.until(
          old.left(kind, name),
          "to be labelled",
          (live) => live.metadata.labels?.["s3.cloud37.dev/managed-by"] === "wasabi-s3-operator",
        );
        const [owner, ...others] = metadata.ownerReferences;
        assert.deepEqual([owner.uid, owner.controller, others], [old.left("Bucket", "auto").metadata.uid, true, []]);
      }
      const before = old.left("AccessKey", "auto-accesskey").spec;
      assert.deepEqual((await old.live("AccessKey", "auto-accesskey")).spec, before);
      await stage.admin.patch(old.left("Bucket", "auto"), { spec: { autoManage: { rotation: { intervalDays: 30 } } } });
      const { spec, status } = await stage.until(
        old.left("AccessKey", "auto-accesskey"),
        "to rotate",
        (live) => live.status.nextRotateTime !== undefined,
      );
      assert.deepEqual(spec.rotate, { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 });
      assert.equal(Date.parse(status.nextRotateTime) - Date.parse(status.firstSeenTime), 30 * 86_400_000);
    },
  },
  {
    fact: "the policy that came with a Bucket names the user's real ARN after the take-over",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      const arn = "arn:aws:iam::123456789012:user/auto";
      await stage.eventually("the policy at the bucket", async () => {
        const { Policy = "{}" } = await old.s3.send(new GetBucketPolicyCommand({ Bucket: "auto" }));
        const [{ Sid, Principal }] = JSON.parse(Policy).Statement;
        return Sid === "AllowautoAccess" && Principal.AWS === arn;
      });
      assert.equal((await old.live("BucketPolicy", "auto-policy")).spec.policy.statement[0].principal, arn);
    },
  },
  {
    fact: "a policy that 0.2.x never applied goes to the bucket that its Bucket object names",
    needs: NEEDS,
    async run(stage) {
      const old = await takenOver(stage);
      const { Policy = "{}" } = await old.s3.send(new GetBucketPolicyCommand({ Bucket: "plain-bucket" }));
      assert.equal(JSON.parse(Policy).Statement[0].Sid, "R");
      assert.deepEqual([...old.aws.state.buckets.keys()].sort(), ["auto", "plain-bucket"]);
    },
  },
  {
    fact: "a user with policyRef loses the default policy of 0.2.x, and nothing that others put on it",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const reader = old.aws.state.users.get("reader")!;
      reader.inline.set("by-hand", [...reader.inline.values()][0]!);
      const { arn } = old.aws.seed.policy("elsewhere", { Version: "2012-10-17", Statement: [] });
      reader.attached.add(arn);
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      assert.deepEqual([...reader.inline.keys()], ["by-hand"]);
      assert.deepEqual([...reader.attached].sort(), [arn, "arn:aws:iam::123456789012:policy/readers"]);
      assert.deepEqual([...old.aws.state.users.get("app")!.inline.keys()], ["app-policy"]);
    },
  },
  {
    fact: "credentials that worked before the take-over work after it",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      old.aws.seed.object("plain-bucket", "logs/a", "text");
      const clients = await Promise.all(
        ["auto-accesskey-credentials", "app-key-credentials", "overdue-key-credentials"].map((name) =>
          old.s3With(name)
        ),
      );
      const [auto, app, reader] = clients as [Loose, Loose, Loose];
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      await auto.send(new PutObjectCommand({ Bucket: "auto", Key: "a", Body: "text" }));
      await app.send(new PutObjectCommand({ Bucket: "plain-bucket", Key: "b", Body: "text" }));
      const { Body } = await reader.send(new GetObjectCommand({ Bucket: "plain-bucket", Key: "logs/a" }));
      assert.equal(await Body.transformToString(), "text");
    },
  },
];
