import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { ADOPT, made, PUBLIC } from "./one_bucket.ts";
import { withWorld } from "./world.ts";

Deno.test("a public policy is not cut off by a new public access block: PublicAccessConflict", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data", { policy: PUBLIC, publicAccess: undefined });
    await made(world, { publicAccess: {}, tagging: { tags: { a: "1" } } }, ADOPT);
    assert.match(world.ready("Bucket", "app"), /^PublicAccessConflict: /);
    assert.deepEqual(world.types("Bucket", "app"), ["PublicAccessConflict", "Stalled"]);
    assert.deepEqual(world.changes(), ["s3:PutBucketTagging"]);
    await world.assertAtRest();
    world.edit("Bucket", "app", { spec: { publicAccess: { restrictPublicBuckets: false } } });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.aws.state.buckets.get("app-data")!.publicAccess!.RestrictPublicBuckets, false);
  }));

Deno.test("a public policy is not cut off either by leaving publicAccess out again", () =>
  withWorld({}, async (world) => {
    await made(world, { publicAccess: { restrictPublicBuckets: false, blockPublicPolicy: false } });
    world.aws.state.buckets.get("app-data")!.policy = PUBLIC;
    world.forget();
    world.edit("Bucket", "app", { spec: { publicAccess: null } });
    await world.settle();
    assert.match(world.ready("Bucket", "app"), /^PublicAccessConflict: /);
    assert.deepEqual(world.changes(), []);
  }));

Deno.test("mfaDelete is a condition beside Ready, and changes nothing", () =>
  withWorld({}, async (world) => {
    await made(world, { versioning: { enabled: true, mfaDelete: true } });
    assert.deepEqual(world.types("Bucket", "app"), ["Ready", "Unsupported"]);
    assert.match(world.condition("Bucket", "app", "Unsupported").message, /mfaDelete cannot be automated/);
    await world.assertAtRest();
    world.edit("Bucket", "app", { spec: { versioning: { mfaDelete: false } } });
    await world.settle();
    assert.deepEqual(world.types("Bucket", "app"), ["Ready"]);
  }));

Deno.test("tags of the service's own are kept when ours change and when ours go", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data", { tags: { "aws:stack": "s", person: "p" } });
    await made(world, { tagging: { tags: { team: "a" } } }, ADOPT);
    assert.deepEqual(world.aws.state.buckets.get("app-data")!.tags, { "aws:stack": "s", team: "a" });
    world.edit("Bucket", "app", { spec: { tagging: { tags: { team: null } } } });
    await world.settle();
    assert.deepEqual(world.aws.state.buckets.get("app-data")!.tags, { "aws:stack": "s" });
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

const WASABI: Record<string, { spec: Loose; says: RegExp }> = {
  "all-true public access": { spec: { publicAccess: {} }, says: /^True$/ },
  "open public access": {
    spec: { publicAccess: { blockPublicAcls: false } },
    says: /^Unsupported: spec\.publicAccess/,
  },
  "AES256": { spec: { encryption: { enabled: true } }, says: /^True$/ },
  "aws:kms": { spec: { encryption: { enabled: true, algorithm: "aws:kms" } }, says: /^Unsupported: spec\.encryption/ },
  "expiration": { spec: { lifecycle: { rules: [{ id: "a", expiration: { days: 1 } }] } }, says: /^True$/ },
  "transitions": {
    spec: { lifecycle: { rules: [{ id: "a", transitions: [{ days: 1, storageClass: "GLACIER" }] }] } },
    says: /^Unsupported: spec\.lifecycle/,
  },
  "versioning": { spec: { versioning: { enabled: true } }, says: /^True$/ },
};

for (const [name, { spec, says }] of Object.entries(WASABI)) {
  Deno.test(`at Wasabi ${name} is ${says.source}, and comes to rest`, () =>
    withWorld({ aws: { mode: "wasabi" } }, async (world) => {
      await made(world, spec).catch(() => {});
      assert.match(world.ready("Bucket", "app"), says);
      world.forget();
      await world.round();
      await world.round();
      assert.deepEqual([...world.cluster.writes, ...world.reasons()], []);
      assert.equal(world.object("Bucket", "app").status.exists, true);
    }));
}
