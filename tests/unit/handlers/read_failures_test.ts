import assert from "node:assert/strict";
import type { World } from "./world.ts";
import { withWorld } from "./world.ts";

const BARE = { providerRef: { name: "wasabi" }, autoManage: { enabled: false }, name: "app-data" };

/** Answers to a HEAD that say nothing about whether the bucket is there. */
const ANSWERS: Record<string, (world: World) => void> = {
  timeout: (world) => world.timesOut = ({ method }) => method === "HEAD",
};
for (const status of [301, 307, 400, 401, 403, 405, 409, 410, 412, 429, 500, 501, 503]) {
  ANSWERS[`${status}`] = (world) => void world.faults.on("s3:HeadBucket", { do: "fail", status, code: "" });
}

for (const [name, fail] of Object.entries(ANSWERS)) {
  Deno.test(`HEAD answered by ${name} creates no bucket`, () =>
    withWorld({}, async (world) => {
      fail(world);
      world.apply("Bucket", "app", BARE);
      await world.round();
      await world.round();
      assert.deepEqual(world.changes(), []);
      assert.notEqual(world.ready("Bucket", "app"), "True");
      assert.equal(world.object("Bucket", "app").status.exists, undefined);
    }));

  Deno.test(`HEAD answered by ${name} changes nothing about a bucket that was there`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "app", { ...BARE, tagging: { tags: { a: "1" } } });
      await world.settle();
      world.forget();
      fail(world);
      world.edit("Bucket", "app", { spec: { tagging: { tags: { a: "2" } } } });
      await world.round();
      assert.deepEqual(world.changes(), []);
      assert.notEqual(world.ready("Bucket", "app"), "True");
      assert.equal(world.object("Bucket", "app").status.exists, true);
      assert.equal(world.object("Bucket", "app").status.ownership, "Created");
    }));

  Deno.test(`HEAD answered by ${name} skips no deletion`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "app", { ...BARE, deletionPolicy: "Delete" });
      await world.settle();
      fail(world);
      world.remove("Bucket", "app");
      world.forget();
      await world.round();
      assert.match(world.ready("Bucket", "app"), /^DeletionBlocked: /);
      assert.deepEqual(world.reasons(), ["DeletionBlocked"]);
      assert.equal(await world.pass("Bucket", "app"), "backoff");
      assert.ok(world.aws.state.buckets.has("app-data"));
      world.faults.clear();
      world.timesOut = () => false;
      await world.settle();
      assert.equal(world.object("Bucket", "app"), undefined);
      assert.equal(world.aws.state.buckets.size, 0);
    }));
}
