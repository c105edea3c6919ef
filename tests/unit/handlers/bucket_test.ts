import assert from "node:assert/strict";
import { ADOPT, BARE, made, PUBLIC } from "./one_bucket.ts";
import { PREFIX, withWorld } from "./world.ts";

Deno.test("a Bucket is created with a finalizer, a record of that, a status and an Event, and then rests", () =>
  withWorld({}, async (world) => {
    await made(world, { tagging: { tags: { a: "1" } }, versioning: { enabled: true } });
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.deepEqual(world.changes(), ["s3:CreateBucket", "s3:PutBucketVersioning", "s3:PutBucketTagging"]);
    const status = "PATCH buckets/status demo/app";
    assert.deepEqual(world.cluster.writes, ["PATCH buckets demo/app", status, status]);
    assert.deepEqual(world.reasons(), ["BucketCreated"]);
    const { status: told, metadata } = world.object("Bucket", "app");
    assert.equal(told.observedGeneration, metadata.generation);
    assert.equal(told.arn, "arn:aws:s3:::app-data");
    assert.equal(told.bucketName, "app-data");
    assert.deepEqual([told.ownership, told.creating], ["Created", undefined]);
    await world.assertAtRest();
  }));

Deno.test("the finalizer is there before anything is changed outside", () =>
  withWorld({}, async (world) => {
    world.cluster.refuse(/^PATCH buckets /, { code: 500, reason: "InternalError" });
    world.apply("Bucket", "app", BARE);
    await world.round();
    assert.deepEqual(world.changes(), []);
    world.remove("Bucket", "app");
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.equal(world.aws.state.buckets.size, 0);
  }));

Deno.test("a bucket that exists and no object claims is refused with the exact command, and left alone", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data");
    await made(world, { tagging: { tags: { a: "1" } } });
    const command = `kubectl annotate buckets.s3.cloud37.dev app -n demo ${PREFIX}adopt=true`;
    assert.ok(world.ready("Bucket", "app").startsWith("AlreadyExists: "));
    assert.ok(world.ready("Bucket", "app").endsWith(command), world.ready("Bucket", "app"));
    assert.deepEqual(world.changes(), []);
    assert.equal(world.object("Bucket", "app").metadata.finalizers, undefined);
    await world.assertAtRest();
    world.annotate("Bucket", "app", { adopt: "true" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.object("Bucket", "app").status.ownership, "Adopted");
    assert.deepEqual(world.aws.state.buckets.get("app-data")!.tags, { a: "1" });
  }));

Deno.test("ADOPTION=always takes what exists", () =>
  withWorld({ settings: { adoption: "always" } }, async (world) => {
    world.aws.seed.bucket("app-data");
    await made(world);
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.object("Bucket", "app").status.ownership, "Adopted");
    assert.deepEqual(world.changes(), []);
  }));

Deno.test("adopting a fully configured bucket with a minimal object changes nothing at all", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data", {
      versioning: "Enabled",
      tags: { a: "1" },
      cors: [{ AllowedOrigin: ["*"], AllowedMethod: ["GET"] }],
      lifecycle: [{ ID: "a", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 1 } }],
      policy: PUBLIC,
      publicAccess: undefined,
      encryption: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
    });
    const before = structuredClone(world.aws.state.buckets.get("app-data"));
    await made(world, {}, ADOPT);
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.deepEqual(world.changes(), []);
    assert.deepEqual(world.aws.state.buckets.get("app-data"), before);
    await world.assertAtRest();
  }));

Deno.test("a Bucket of 0.2.x with exists true counts as Created", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data");
    world.apply("Bucket", "app", BARE, {}, { status: { exists: true, bucketName: "app-data" } });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.object("Bucket", "app").status.ownership, "Created");
    assert.deepEqual(world.changes(), []);
  }));

for (const first of ["old", "young"]) {
  Deno.test(`of two Buckets for one bucket the older wins, with the ${first} one reconciled first`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "zebra", BARE);
      world.later(1000);
      world.apply("Bucket", "ant", BARE);
      for (const name of first === "old" ? ["zebra", "ant"] : ["ant", "zebra"]) await world.pass("Bucket", name);
      await world.settle();
      assert.equal(world.ready("Bucket", "zebra"), "True");
      assert.equal(
        world.ready("Bucket", "ant"),
        'Conflict: Bucket "app-data" is claimed by the older Bucket demo/zebra',
      );
      await world.assertAtRest();
    }));

  Deno.test(`of two Buckets of one bucket and one age the first by name wins, with the ${first} one first`, () =>
    withWorld({}, async (world) => {
      world.apply("Bucket", "b", BARE);
      world.apply("Bucket", "a", BARE);
      for (const name of first === "old" ? ["b", "a"] : ["a", "b"]) await world.pass("Bucket", name);
      await world.settle();
      assert.equal(world.ready("Bucket", "a"), "True");
      assert.match(world.ready("Bucket", "b"), /^Conflict: /);
    }));
}

Deno.test("deleting the Bucket that lost a conflict leaves the bucket, whatever its deletionPolicy", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.later(1000);
    world.apply("Bucket", "late", { ...BARE, deletionPolicy: "Delete", forceDelete: true }, ADOPT);
    await world.settle();
    world.remove("Bucket", "late");
    await world.settle();
    assert.equal(world.object("Bucket", "late"), undefined);
    assert.ok(world.aws.state.buckets.has("app-data"));
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

Deno.test("the loser of a conflict takes over only with the annotation, once the winner is gone", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.later(1000);
    world.apply("Bucket", "late", BARE);
    await world.settle();
    world.remove("Bucket", "app");
    await world.settle();
    assert.ok(world.aws.state.buckets.has("app-data"));
    assert.match(world.ready("Bucket", "late"), /^AlreadyExists: /);
    world.annotate("Bucket", "late", { adopt: "true" });
    await world.settle();
    assert.equal(world.ready("Bucket", "late"), "True");
  }));

Deno.test("a renamed object does not delete the bucket that its former self made", () =>
  withWorld({}, async (world) => {
    await made(world, { deletionPolicy: "Delete" });
    world.later(1000);
    world.apply("Bucket", "renamed", { ...BARE, deletionPolicy: "Delete" });
    await world.settle();
    world.remove("Bucket", "renamed");
    await world.settle();
    assert.ok(world.aws.state.buckets.has("app-data"));
  }));

Deno.test("two Buckets for one bucket are rivals also where two endpoints lead to one account", () =>
  withWorld({}, async (world) => {
    const spec = { name: "app-data", autoManage: { enabled: false } };
    world.provider({ endpoint: world.aws.url.replace("127.0.0.1", "localhost") }, { name: "alias" });
    await world.settle();
    world.apply("Bucket", "old", { ...spec, providerRef: { name: "wasabi" } });
    world.later(1000);
    world.apply("Bucket", "young", { ...spec, providerRef: { name: "alias" } });
    world.annotate("Bucket", "young", { adopt: "true" });
    await world.settle();
    assert.equal(world.ready("Bucket", "old"), "True");
    assert.match(world.ready("Bucket", "young"), /^Conflict: /);
  }));

Deno.test("an older Bucket without a grant for the Provider stands in nobody's way", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "squatter", { ...BARE, providerRef: { name: "wasabi", namespace: "demo" } }, {
      namespace: "other",
    });
    world.later(1000);
    await made(world);
    assert.match(world.ready("Bucket", "squatter", "other"), /^ReferenceNotGranted: /);
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

Deno.test("a name that another account has is said to be taken, and stalls", () =>
  withWorld({}, async (world) => {
    world.aws.seed.foreignBucket("app-data");
    await made(world);
    assert.match(world.ready("Bucket", "app"), /^AlreadyExists: .*another account/);
    assert.deepEqual(world.types("Bucket", "app"), ["CreationFailed", "Stalled"]);
    assert.deepEqual(world.reasons(), ["ReconcileFailed"]);
    await world.assertAtRest();
  }));

Deno.test("a name that is taken between the look and the creation is said to be taken", () =>
  withWorld({}, async (world) => {
    world.faults.on("s3:CreateBucket", { do: "fail", status: 409, code: "BucketAlreadyExists" });
    world.apply("Bucket", "app", BARE);
    await world.pass("Bucket", "app");
    assert.match(world.ready("Bucket", "app"), /^AlreadyExists: .*taken by another account: choose another/);
    assert.deepEqual(world.types("Bucket", "app"), ["CreationFailed", "Stalled"]);
  }));

Deno.test("a creation whose answer was lost is found again", () =>
  withWorld({}, async (world) => {
    world.faults.on("s3:CreateBucket", { do: "fail", status: 500, code: "InternalError", after: true }, { times: 3 });
    await made(world);
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.object("Bucket", "app").status.ownership, "Created");
  }));

Deno.test("a creation whose answer was lost with the whole process is Created after a restart", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "app", { ...BARE, deletionPolicy: "Delete" });
    world.faults.on("s3:CreateBucket", { do: "fail", status: 500, code: "InternalError", after: true });
    world.cluster.beforeWrite = () => {
      if (world.aws.state.buckets.size > 0) world.cluster.refuse(/status/, { code: 500, reason: "InternalError" });
    };
    await world.pass("Bucket", "app");
    const { metadata: { uid }, status } = world.object("Bucket", "app");
    assert.deepEqual(status, { observedGeneration: -1, creating: uid });
    world.cluster.beforeWrite = () => {};
    world.cluster.allow();
    world.faults.clear();
    world.restart();
    await world.settle();
    assert.equal(world.object("Bucket", "app").status.ownership, "Created");
  }));

const CREATION_FAILURES: Record<string, { status: number; code: string; says: RegExp; stalls: boolean }> = {
  "too many buckets": { status: 400, code: "TooManyBuckets", says: /^CreationFailed: .*TooManyBuckets/, stalls: true },
  "a wrong region": {
    status: 400,
    code: "IllegalLocationConstraintException",
    says: /^CreationFailed: .*IllegalLocationConstraint/,
    stalls: true,
  },
  "no permission": { status: 403, code: "AccessDenied", says: /^AccessDenied: CreateBucket: /, stalls: false },
  "a server error": { status: 500, code: "InternalError", says: /^CreationFailed: .*InternalError/, stalls: false },
  "throttling": { status: 503, code: "SlowDown", says: /^CreationFailed: .*SlowDown/, stalls: false },
};

for (const [name, { status, code, says, stalls }] of Object.entries(CREATION_FAILURES)) {
  Deno.test(`a creation that fails by ${name} says CreationFailed, ${stalls ? "stalls" : "is tried again"}, recovers`, () =>
    withWorld({}, async (world) => {
      world.faults.on("s3:CreateBucket", { do: "fail", status, code });
      world.apply("Bucket", "app", BARE);
      const requeue = await world.pass("Bucket", "app");
      assert.equal(requeue === "backoff", !stalls, JSON.stringify(requeue));
      assert.match(world.ready("Bucket", "app"), says);
      assert.deepEqual(world.types("Bucket", "app"), ["CreationFailed", stalls ? "Stalled" : "Reconciling"]);
      assert.equal(world.object("Bucket", "app").status.exists, false);
      world.forget();
      await world.pass("Bucket", "app");
      // The intent is recorded before the try, and taken back after the refusal.
      const writes = status < 500 ? ["PATCH buckets/status demo/app", "PATCH buckets/status demo/app"] : [];
      assert.deepEqual([...world.cluster.writes, ...world.reasons()], writes);
      world.faults.clear();
      await world.settle();
      assert.deepEqual(world.types("Bucket", "app"), ["Ready"]);
    }));
}

Deno.test("a bucket that vanished and cannot be made again has drifted; one that never was has not", () =>
  withWorld({}, async (world) => {
    world.faults.on("s3:CreateBucket", { do: "fail", status: 403, code: "AccessDenied" });
    const unmended = () => world.metrics.filter((name) => name === "unmended Bucket bucket").length;
    world.apply("Bucket", "app", BARE);
    await world.round();
    await world.round();
    assert.match(world.ready("Bucket", "app"), /^AccessDenied/);
    assert.equal(unmended(), 0);
    world.faults.clear();
    await world.settle();
    world.aws.state.buckets.clear();
    world.faults.on("s3:CreateBucket", { do: "fail", status: 403, code: "AccessDenied" });
    await world.round();
    world.restart();
    world.forget();
    await world.round();
    assert.equal(unmended(), 1);
  }));

Deno.test("a bucket that vanished is found missing and made again", () =>
  withWorld({}, async (world) => {
    await made(world, { tagging: { tags: { a: "1" } } });
    world.aws.state.buckets.clear();
    world.forget();
    await world.settle();
    assert.deepEqual(world.aws.state.buckets.get("app-data")?.tags, { a: "1" });
    assert.ok(world.metrics.includes("drift Bucket bucket"));
    await world.assertAtRest();
  }));
