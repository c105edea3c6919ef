import assert from "node:assert/strict";
import { API_VERSION } from "../../../handlers/kinds.ts";
import type { Loose } from "../admin.ts";
import { Installation } from "../installation.ts";
import { startOperator } from "../operator.ts";
import { condition } from "../stage.ts";
import { atRest, BROKEN, FINALIZER, NEEDS, OLD_FINALIZER, SOON } from "../takeover.ts";
import type { Scenario } from "../world.ts";

const TAKEN_OVER = "s3.cloud37.dev/taken-over";
const DAY_MS = 86_400_000;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** The old operator takes an object up again: its finalizer and its annotation. */
async function takeUpAgain({ stage }: Installation, object: Loose): Promise<void> {
  await stage.admin.patch(object, {
    metadata: {
      finalizers: [FINALIZER, OLD_FINALIZER],
      annotations: { "kopf.zalando.org/last-handled-configuration": "{}" },
    },
  });
}

/** What two operators at once look like, and what installations are that differ a little from the recorded one. */
export const takeoverAgainScenarios: readonly Scenario[] = [
  {
    fact: "an old finalizer that comes back stops all work on its object until a person removes the annotation",
    needs: NEEDS,
    async run(stage) {
      const { old, operator } = await atRest(stage);
      const bucket = old.left("Bucket", "plain");
      old.aws.forgetRequests();
      await takeUpAgain(old, bucket);
      assert.match(await stage.event(bucket, "OldOperatorRunning"), /still runs/);
      await stage.admin.patch(bucket, { spec: { tagging: { tags: { team: "b" } } } });
      const { metadata, status } = await stage.until(
        bucket,
        "to be looked at and left alone",
        ({ metadata, status }) => status.observedGeneration === metadata.generation,
      );
      await old.lookedAt(operator);
      assert.deepEqual(old.writes(), []);
      assert.deepEqual(metadata.finalizers, [FINALIZER, OLD_FINALIZER]);
      assert.match(condition(status, "Ready").message, new RegExp(`annotation ${TAKEN_OVER}`));
      await stage.admin.annotate(bucket, { [TAKEN_OVER]: null });
      await old.takenOver(bucket);
      assert.deepEqual((await old.live("Bucket", "plain")).metadata.finalizers, [FINALIZER]);
      assert.deepEqual(old.writes(), ["s3:PutBucketTagging /plain-bucket"]);
    },
  },
  {
    fact: "while the old operator has every object, nothing is written to S3 and IAM, not even what is due",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const operator = await stage.operator(SOON);
      const objects = old.allBut(BROKEN);
      await old.takenOver(...objects);
      for (const each of objects) await takeUpAgain(old, each);
      for (const each of objects) await stage.event(each, "OldOperatorRunning");
      old.aws.forgetRequests();
      old.aws.state.users.get("app")!.inline.clear();
      old.advance(60 * DAY_MS);
      await old.lookedAt(operator);
      assert.deepEqual(old.writes(), []);
      for (const each of objects) await stage.admin.annotate(each, { [TAKEN_OVER]: null });
      await old.takenOver(...objects.filter(({ metadata: { name } }) => name !== "overdue-key"));
      assert.ok(old.writes().includes("iam:PutUserPolicy"));
      assert.ok(old.writes().includes("iam:CreateAccessKey"));
    },
  },
  {
    fact: "an old finalizer that comes back is told of by one Event, also after a restart",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const first = await stage.operator(SOON);
      const user = old.left("User", "app");
      await old.takenOver(...old.allBut(BROKEN));
      await takeUpAgain(old, user);
      await stage.event(user, "OldOperatorRunning");
      await old.lookedAt(first);
      await first.stop();
      await old.lookedAt(await stage.operator(SOON));
      const events = await stage.admin.list("Event", stage.ns);
      assert.equal(events.filter(({ reason }) => reason === "OldOperatorRunning").length, 1);
    },
  },
  {
    fact: "times in a status that are none, or of another spelling, do no harm and are put right in conditions",
    needs: NEEDS,
    async run(stage) {
      const broken = ["yesterday", "", "2026-11-23T01:34:24.998901", "2026-11-23 01:34:24+00:00", "1763861664"];
      const old = await Installation.lay(stage, {
        edit({ list }) {
          let next = 0;
          const time = () => broken[next++ % broken.length];
          for (const { status } of list.filter((each) => each.status !== undefined)) {
            for (const each of status.conditions) each.lastTransitionTime = time();
            for (const field of ["lastSyncTime", "lastConnectTime", "lastRotateTime", "nextRotateTime"]) {
              if (status[field] !== undefined) status[field] = time();
            }
          }
        },
      });
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      for (const { kind, metadata: { name } } of old.objects) {
        const { status } = await old.live(kind, name);
        for (const { lastTransitionTime } of status.conditions) assert.match(lastTransitionTime, RFC_3339, name);
      }
      for (const name of ["app-key", "overdue-key"]) {
        const { nextRotateTime } = (await old.live("AccessKey", name)).status;
        assert.ok(Date.parse(nextRotateTime) > old.now(), `${name}: ${nextRotateTime}`);
      }
    },
  },
  {
    fact: "a policy that 0.2.x put on the wrong bucket is no claim on a policy that a person put on the right one",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit: (recorded) => void (recorded.get("BucketPolicy", "plain-bucket").status.applied = true),
      });
      const bucket = old.aws.state.buckets.get("plain-bucket")!;
      const policy = old.left("BucketPolicy", "plain-bucket");
      bucket.policy = old.aws.state.buckets.get("auto")!.policy!.replaceAll("auto", "plain-bucket");
      const byHand = bucket.policy;
      await stage.operator();
      assert.match(await stage.refused(policy, "PolicyExists"), /kubectl annotate/);
      await stage.deleted(policy);
      assert.equal(bucket.policy, byHand);
    },
  },
  {
    fact: "at Wasabi a take-over tags nobody, for it has no tags, and says why a public policy is refused",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, { mode: "wasabi" });
      const operator = await stage.operator(SOON);
      const taken = old.allBut(BROKEN, "BucketPolicy/plain-bucket");
      await old.takenOver(...taken);
      assert.match(await stage.refused(old.left("BucketPolicy", "plain-bucket"), "AccessDenied"), /policy is public/);
      await old.lookedAt(operator);
      const writes = old.writes().filter((each) => each !== "s3:PutBucketPolicy /plain-bucket");
      assert.deepEqual(writes, ["iam:DeleteUserPolicy", "s3:PutBucketPolicy /auto"]);
      for (const name of ["app", "auto-user"]) {
        assert.equal(condition((await old.live("User", name)).status, "Unsupported").status, "True");
      }
    },
  },
  {
    fact: "annotations of the old operator go also where a person has taken its finalizer off",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit({ list }) {
          for (const { metadata } of list) if (metadata.finalizers) metadata.finalizers = [FINALIZER];
        },
      });
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      for (const { kind, metadata: { name } } of old.allBut(BROKEN)) {
        const { metadata } = await old.live(kind, name);
        assert.deepEqual(Object.keys(metadata.annotations).filter((each) => each.startsWith("kopf.")), [], name);
        assert.deepEqual(metadata.finalizers, [FINALIZER]);
      }
    },
  },
  {
    fact: "without WATCH_SCOPE the whole cluster is taken over, as 0.2.x watched it",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const flags = [`--kubeconfig=${stage.world.kubeconfig}`, "--leader-elect=false"];
      const operator = await startOperator(flags, { now: stage.now });
      stage.defer(() => operator.stop());
      await old.takenOver(...old.allBut(BROKEN));
    },
  },
  {
    fact: "with WATCH_SCOPE=namespaced, objects of ours elsewhere are warned of by count and name, and left alone",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const other = await stage.namespace("-other");
      const far = {
        apiVersion: API_VERSION,
        kind: "Bucket",
        metadata: { name: "far", namespace: other, finalizers: [FINALIZER, OLD_FINALIZER] },
        spec: old.left("Bucket", "plain").spec,
      };
      const { metadata: { resourceVersion } } = await stage.admin.create(far);
      const operator = await stage.operator(`--watch-namespaces=${stage.ns}`);
      await old.takenOver(...old.allBut(BROKEN));
      let warning: Loose;
      await stage.eventually("a warning", () => {
        warning = operator.log().map((line) => JSON.parse(line)).find(({ some }) => some !== undefined);
        return Promise.resolve(warning !== undefined);
      });
      assert.equal(warning.level, "WARNING");
      assert.match(warning.message, /WATCH_SCOPE=cluster/);
      assert.ok(warning.count >= 1 && warning.some.includes(`Bucket ${other}/far`), JSON.stringify(warning));
      assert.equal((await stage.admin.get(far)).metadata.resourceVersion, resourceVersion);
    },
  },
];
