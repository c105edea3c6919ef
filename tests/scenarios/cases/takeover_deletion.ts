import assert from "node:assert/strict";
import type { Loose } from "../admin.ts";
import { Installation } from "../installation.ts";
import type { Stage } from "../stage.ts";
import { BROKEN, FINALIZER, NEEDS, OLD_FINALIZER, SOON } from "../takeover.ts";
import type { Scenario } from "../world.ts";

const ABANDON = "s3.cloud37.dev/abandon";
const UNKNOWN = "AKIARZPUZDIKLK5CMNW5";

/** Deletes all objects, in no order that helps. */
async function removeAll({ stage, objects }: Installation): Promise<void> {
  for (const each of objects) await stage.admin.remove(each);
}

/** All objects go, and what is left at the service is what Retain means and nobody's record tells of. */
async function allGone(old: Installation): Promise<void> {
  const { stage, aws } = old;
  const reader = old.left("User", "reader");
  // The key that a failed rotation of 0.2.x left is not ours to delete: its user waits for a person.
  const message = await stage.refused(reader, "DeletionBlocked");
  assert.match(message, /access key …MNW5/);
  assert.deepEqual(old.keysAt("reader"), [UNKNOWN]);
  await stage.refused(old.left("Provider", "wasabi"), "InUse");
  aws.state.users.get("reader")!.keys.splice(0);
  await stage.gone(...old.objects);
  assert.deepEqual(old.identities(), []);
  assert.deepEqual([...aws.state.buckets.keys()].sort(), ["auto", "plain-bucket"]);
  assert.deepEqual([...aws.state.buckets.values()].map(({ policy }) => policy), [undefined, undefined]);
  const secrets = await stage.admin.list("Secret", stage.ns);
  assert.deepEqual(secrets.map(({ metadata }) => metadata.name), ["wasabi-credentials"]);
}

/** Only the old installation's first objects, without what goes with them. */
function only(...names: readonly string[]) {
  return ({ list }: { list: Loose[] }) => {
    const kept = list.filter(({ kind, metadata: { name } }) => names.includes(`${kind}/${name}`));
    list.splice(0, list.length, ...kept);
  };
}

/** Waits until the deletion is blocked, then abandons it; returns what was said of it. */
async function abandoned(stage: Stage, object: Loose): Promise<string> {
  const message = await stage.refused(object, "DeletionBlocked");
  await stage.admin.annotate(object, { [ABANDON]: "true" });
  await stage.gone(object);
  return message;
}

/** Objects of 0.2.x that are deleted: nobody else will ever take its finalizer off. */
export const takeoverDeletionScenarios: readonly Scenario[] = [
  {
    fact: "what was taken over goes when it is deleted, with both finalizers and all that 0.2.x made for it",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      await stage.operator();
      await old.takenOver(...old.allBut(BROKEN));
      await removeAll(old);
      await allGone(old);
    },
  },
  {
    fact: "a namespace that was taken over goes whole, though its Secrets go first",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      await stage.admin.annotate(old.left("AccessKey", "overdue-key"), { "s3.cloud37.dev/discard-key": UNKNOWN });
      await stage.eventually("the unknown key to go", () => Promise.resolve(old.keysAt("reader").length === 1));
      await stage.admin.remove({ kind: "Namespace", metadata: { name: stage.ns } });
      await stage.gone(...old.objects, ...old.secrets);
      assert.deepEqual(old.identities(), []);
      assert.deepEqual([...old.aws.state.buckets.keys()].sort(), ["auto", "plain-bucket"]);
    },
  },
  {
    fact: "what was deleted before the first start goes as well",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      await removeAll(old);
      await stage.operator();
      await allGone(old);
    },
  },
  {
    fact: "what is deleted in the middle of the take-over goes as well",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const starting = stage.operator();
      await removeAll(old);
      await starting;
      await allGone(old);
    },
  },
  {
    fact: "each kind goes alone before the first start, though its status records nothing of ours",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      const alone = [["AccessKey", "app-key"], ["BucketPolicy", "auto-policy"], ["Bucket", "plain"]] as const;
      const objects = alone.map(([kind, name]) => old.left(kind, name));
      for (const each of objects) await stage.admin.remove(each);
      await stage.operator();
      await stage.gone(objects[0], objects[2], old.left("Secret", "app-key-credentials"));
      assert.deepEqual(old.keysAt("app"), []);
      assert.ok(old.aws.state.buckets.has("plain-bucket"));
      await stage.eventually("another policy child", async () => {
        const live = await stage.admin.get(objects[1]);
        return live !== undefined && live.metadata.uid !== objects[1].metadata.uid;
      });
      await stage.ready(objects[1], old.left("Bucket", "auto"));
    },
  },
  {
    fact: "a Retain bucket whose Provider never existed goes without one",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, { edit: only("Secret/wasabi-credentials", BROKEN) });
      const bucket = old.left("Bucket", "no-provider");
      await stage.operator();
      await stage.refused(bucket, "ProviderNotReady");
      await stage.deleted(bucket);
      assert.deepEqual(old.aws.counts(), {});
    },
  },
  {
    fact: "what was made at a Provider that is gone is DeletionBlocked, and goes when it is abandoned",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit(recorded) {
          recorded.get("Bucket", "plain").spec.deletionPolicy = "Delete";
          recorded.drop("Provider", "wasabi");
          recorded.drop("Bucket", "no-provider");
        },
      });
      await removeAll(old);
      await stage.operator();
      for (
        const [kind, name] of [
          ["AccessKey", "app-key"],
          ["AccessKey", "auto-accesskey"],
          ["AccessKey", "overdue-key"],
          ["BucketPolicy", "auto-policy"],
          ["User", "app"],
          ["User", "auto-user"],
          ["User", "reader"],
          ["IAMPolicy", "readers"],
          ["Bucket", "plain"],
        ] as const
      ) {
        assert.match(await abandoned(stage, old.left(kind, name)), /Provider \S+\/wasabi does not exist/, name);
      }
      await stage.gone(...old.objects);
      assert.deepEqual(old.aws.counts(), {});
    },
  },
  {
    fact: "an applied policy whose Bucket object is long gone is DeletionBlocked: nothing tells where it is",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit(recorded) {
          const policy = recorded.get("BucketPolicy", "auto-policy");
          delete policy.metadata.ownerReferences;
          only("Secret/wasabi-credentials", "Provider/wasabi", "BucketPolicy/auto-policy")(recorded);
        },
      });
      const policy = old.left("BucketPolicy", "auto-policy");
      await stage.admin.remove(policy);
      await stage.operator();
      assert.match(await abandoned(stage, policy), /neither the status nor Bucket \S+\/auto says/);
    },
  },
  {
    fact:
      "an applied policy goes from the bucket also where its Bucket object is deleted with it before the first start",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit(recorded) {
          const { status } = recorded.get("BucketPolicy", "plain-bucket");
          Object.assign(status, { applied: true, conditions: [] });
          recorded.get("Bucket", "plain").metadata.name = "plain-bucket";
          recorded.get("BucketPolicy", "plain-bucket").spec.bucketRef.name = "plain-bucket";
        },
      });
      const [bucket, policy] = [old.left("Bucket", "plain-bucket"), old.left("BucketPolicy", "plain-bucket")];
      const { Statement } = JSON.parse(old.aws.state.buckets.get("auto")!.policy!);
      const document = {
        Version: "2012-10-17",
        Statement: [{ ...Statement[0], Resource: "arn:aws:s3:::plain-bucket" }],
      };
      old.aws.state.buckets.get("plain-bucket")!.policy = JSON.stringify(document);
      await stage.admin.remove(bucket);
      await stage.admin.remove(policy);
      await stage.operator();
      await stage.gone(bucket, policy);
      assert.equal(old.aws.state.buckets.get("plain-bucket")!.policy, undefined);
    },
  },
  {
    fact: "an access key whose User object is long gone is revoked at the user that IAM names",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage, {
        edit: only(
          "Secret/wasabi-credentials",
          "Provider/wasabi",
          "AccessKey/app-key",
          "Secret/app-key-credentials",
        ),
      });
      const key = old.left("AccessKey", "app-key");
      await stage.admin.remove(key);
      await stage.operator();
      await stage.gone(key, old.left("Secret", "app-key-credentials"));
      assert.deepEqual(old.keysAt("app"), []);
      assert.equal(old.aws.state.users.has("app"), true);
    },
  },
  {
    fact:
      "the deletion of an object that the old operator still has waits, unless it is abandoned or the annotation goes",
    needs: NEEDS,
    async run(stage) {
      const old = await Installation.lay(stage);
      await stage.operator(SOON);
      await old.takenOver(...old.allBut(BROKEN));
      const [key, policy] = [old.left("AccessKey", "app-key"), old.left("BucketPolicy", "plain-bucket")];
      for (const each of [key, policy]) {
        await stage.admin.patch(each, { metadata: { finalizers: [FINALIZER, OLD_FINALIZER] } });
        await stage.event(each, "OldOperatorRunning");
      }
      old.aws.forgetRequests();
      for (const each of [key, policy]) await stage.admin.remove(each);
      assert.match(await abandoned(stage, key), /still runs/);
      await stage.refused(policy, "DeletionBlocked");
      assert.deepEqual(old.writes(), []);
      await stage.admin.annotate(policy, { "s3.cloud37.dev/taken-over": null });
      await stage.gone(policy);
      assert.deepEqual(old.writes(), ["s3:DeleteBucketPolicy /plain-bucket"]);
      assert.deepEqual(old.keysAt("app"), ["AKIARZPUZDIKNBG73SJW"]);
    },
  },
];
