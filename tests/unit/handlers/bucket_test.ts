import assert from "node:assert/strict";
import { withWorld } from "./world.ts";

const REF = { providerRef: { name: "wasabi" } };
const BARE = { ...REF, autoManage: { enabled: false } };

Deno.test("a Bucket is created with one finalizer write, one status write and one Event, and then rests", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "app", { ...BARE, name: "app-data" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.ok(world.aws.state.buckets.has("app-data"));
    assert.deepEqual(world.changes(), ["s3:CreateBucket"]);
    assert.deepEqual(world.cluster.writes, ["PATCH buckets demo/app", "PATCH buckets/status demo/app"]);
    assert.deepEqual(world.reasons(), ["BucketCreated"]);
    await world.assertAtRest();
  }));

Deno.test("an auto-managed Bucket gets its user, key, Secret and policy, and then all rests", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "app", { ...REF, name: "app-data" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.object("Bucket", "app").status.credentialsSecret, "app-accesskey-credentials");
    await world.assertAtRest();
  }));
