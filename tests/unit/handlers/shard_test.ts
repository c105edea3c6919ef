import assert from "node:assert/strict";
import { shardOf } from "../../../lib/kube/shard.ts";
import { withWorld, type World } from "./world.ts";

const SPEC = { providerRef: { name: "wasabi" }, name: "app-data" };
const CHILDREN = [["User", "app-user"], ["AccessKey", "app-accesskey"], ["BucketPolicy", "app-policy"]] as const;
const MANAGED = { "s3.cloud37.dev/managed-by": "wasabi-s3-operator" };

/** A world whose operator has this selector. */
async function inShard(selector: string, act: (world: World) => Promise<void>): Promise<void> {
  await withWorld({}, async (world) => {
    world.shard = shardOf(selector);
    world.restart();
    await act(world);
  });
}

const labelsOf = (world: World) => CHILDREN.map(([kind, name]) => world.object(kind, name).metadata.labels);

Deno.test("children have the labels by which their Bucket's shard is selected, and go with it to another one", () =>
  inShard("shard in (a, b)", async (world) => {
    world.apply("Bucket", "app", SPEC, { labels: { shard: "a", team: "x" } });
    await world.settle();
    assert.deepEqual(labelsOf(world), CHILDREN.map(() => ({ ...MANAGED, shard: "a" })));
    world.edit("Bucket", "app", { metadata: { labels: { shard: "b" } } });
    await world.settle();
    assert.deepEqual(labelsOf(world), CHILDREN.map(() => ({ ...MANAGED, shard: "b" })));
    await world.assertAtRest();
  }));

Deno.test("children lose a label of shards that their Bucket does not have any more", () =>
  inShard("shard!=b", async (world) => {
    world.apply("Bucket", "app", SPEC, { labels: { shard: "a" } });
    await world.settle();
    world.edit("Bucket", "app", { metadata: { labels: { shard: null } } });
    await world.settle();
    assert.deepEqual(labelsOf(world), CHILDREN.map(() => MANAGED));
  }));

Deno.test("an AccessKey whose User is another shard's makes no key, and says what to do", () =>
  inShard("shard=a", async (world) => {
    world.apply("User", "person", { providerRef: { name: "wasabi" }, name: "person" }, { labels: { shard: "a" } });
    await world.settle();
    world.edit("User", "person", { metadata: { labels: { shard: "b" } } });
    const spec = { providerRef: { name: "wasabi" }, userRef: { name: "person" } };
    world.apply("AccessKey", "key", spec, { labels: { shard: "a" } });
    await world.settle();
    const ready = world.object("AccessKey", "key").status.conditions.find(({ type }: { type: string }) =>
      type === "Ready"
    );
    assert.equal(ready.reason, "UserNotReady");
    assert.match(ready.message, /^User demo\/person is another shard's: give both the same labels, by which "shard=a"/);
    assert.deepEqual(world.aws.state.users.get("person")?.keys, []);
  }));
