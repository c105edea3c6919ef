import assert from "node:assert/strict";
import type { KindName } from "../../../handlers/kinds.ts";
import type { Loose } from "../../loose.ts";
import { all, BARE, KINDS, OBJECTS } from "./one_of_each.ts";
import { FINALIZER, PREFIX, withWorld } from "./world.ts";

const OLD = "kopf.zalando.org/KopfFinalizerMarker";

for (const kind of KINDS) {
  const { name } = OBJECTS[kind];

  Deno.test(`${kind}: at rest ten passes neither write, nor change, nor say anything`, () =>
    withWorld({}, async (world) => {
      await all(world);
      assert.equal(world.ready(kind, name), "True");
      await world.assertAtRest();
    }));

  Deno.test(`${kind}: Ready alone is True, with the generation, and times move only when a status flips`, () =>
    withWorld({}, async (world) => {
      await all(world);
      assert.deepEqual(world.types(kind, name).filter((type) => !["AuthValid", "EndpointReachable"].includes(type)), [
        "Ready",
      ]);
      const { metadata, status } = world.object(kind, name);
      for (const { observedGeneration } of status.conditions) assert.equal(observedGeneration, metadata.generation);
      const before = world.condition(kind, name).lastTransitionTime;
      world.later(60_000);
      world.annotate(kind, name, { "reconcile-at": "now" });
      await world.settle();
      assert.equal(world.condition(kind, name).lastTransitionTime, before);
    }));

  Deno.test(`${kind}: paused makes no call, keeps Ready, holds up deletion, and goes on when it is lifted`, () =>
    withWorld({}, async (world) => {
      await all(world);
      world.annotate(kind, name, { paused: "true" });
      world.forget();
      await world.pass(kind, name);
      assert.deepEqual([world.condition(kind, name).status, world.condition(kind, name).reason], ["True", "Paused"]);
      world.remove(kind, name);
      await world.pass(kind, name);
      assert.deepEqual(world.calls(), []);
      assert.ok(world.object(kind, name), "deletion waits");
      world.annotate(kind, name, { paused: null });
      await world.round();
      assert.notEqual(world.condition(kind, name)?.reason, "Paused");
    }));

  Deno.test(`${kind}: edited while it is paused, its conditions stay about the spec that was looked at`, () =>
    withWorld({}, async (world) => {
      await all(world);
      world.annotate(kind, name, { paused: "true" });
      await world.pass(kind, name);
      const { generation } = world.object(kind, name).metadata;
      world.edit(kind, name, { spec: { allowedNamespaces: ["other"] } });
      await world.pass(kind, name);
      const { metadata, status } = world.object(kind, name);
      assert.equal(metadata.generation, generation + 1);
      assert.deepEqual([status.observedGeneration, world.condition(kind, name).observedGeneration], [
        generation,
        generation,
      ]);
    }));

  Deno.test(`${kind}: paused from the start is not Ready and makes no call`, () =>
    withWorld({}, async (world) => {
      const spec = OBJECTS[kind].spec ?? world.object("Provider", "wasabi").spec;
      world.apply(kind, "new", spec, { annotations: { [`${PREFIX}paused`]: "true" } });
      await world.pass(kind, "new");
      assert.deepEqual(world.calls(), []);
      assert.match(world.ready(kind, "new"), /^Paused: /);
      assert.equal(world.object(kind, "new").status.observedGeneration, -1);
    }));

  Deno.test(`${kind}: a new token of reconcile-at is recorded once`, () =>
    withWorld({}, async (world) => {
      await all(world);
      world.annotate(kind, name, { "reconcile-at": "token-1" });
      world.forget();
      await world.pass(kind, name);
      assert.equal(world.object(kind, name).status.lastReconcileAt, "token-1");
      assert.equal(world.cluster.writes.length, 1);
      await world.pass(kind, name);
      assert.equal(world.cluster.writes.length, 1);
    }));

  Deno.test(`${kind}: its own drift interval is used, and none shorter than five seconds`, () =>
    withWorld({}, async (world) => {
      await all(world);
      const after = async () => (await world.pass(kind, name) as { afterMs: number }).afterMs;
      world.annotate(kind, name, { "drift-interval": "42" });
      assert.equal(await after(), 42_000);
      for (const wrong of ["1", "often", "-5", ""]) {
        world.annotate(kind, name, { "drift-interval": wrong });
        assert.equal(await after(), 300_000);
      }
    }));

  for (const [code, reason] of [[409, "Conflict"], [422, "TestFailed"]] as const) {
    Deno.test(`${kind}: a write refused by ${code} is a quiet requeue`, () =>
      withWorld({}, async (world) => {
        const spec = OBJECTS[kind].spec ?? { ...world.object("Provider", "wasabi").spec };
        world.apply(kind, "new", spec);
        world.cluster.refuse(/^PATCH/, { code, reason });
        world.forget();
        const requeue = await world.pass(kind, "new");
        // A write that the pass itself made good is no reason to come again.
        assert.ok(requeue === "soon" || (requeue as { afterMs: number }).afterMs === 300_000, JSON.stringify(requeue));
        assert.deepEqual(world.reasons(), []);
        assert.equal(world.metrics.filter((each) => /failed|error/.test(each)).length, 0);
      }));
  }

  Deno.test(`${kind}: the old operator's finalizer and annotations go once; one that comes back stops all writes`, () =>
    withWorld({}, async (world) => {
      await all(world);
      const plural = `${kind.toLowerCase()}s`.replace(/ys$/, kind === "AccessKey" ? "ys" : "ies");
      const metadata = { finalizers: [OLD, FINALIZER], annotations: { "kopf.zalando.org/last-handled": "{}" } };
      world.cluster.edit(plural, { namespace: "demo", name }, { metadata });
      world.forget();
      await world.pass(kind, name);
      const taken = world.object(kind, name).metadata;
      assert.deepEqual(taken.finalizers, [FINALIZER]);
      assert.deepEqual(Object.keys(taken.annotations).filter((each) => each.startsWith("kopf")), []);
      world.cluster.edit(plural, { namespace: "demo", name }, { metadata: { finalizers: [OLD, FINALIZER] } });
      world.forget();
      for (let count = 0; count < 3; count++) await world.pass(kind, name);
      assert.deepEqual(world.calls(), []);
      assert.deepEqual(world.reasons(), ["OldOperatorRunning"]);
      assert.deepEqual(world.object(kind, name).metadata.finalizers, [OLD, FINALIZER]);
      assert.notEqual(world.ready(kind, name), "True");
      world.remove(kind, name);
      await world.pass(kind, name);
      assert.deepEqual(world.object(kind, name).metadata.finalizers, [OLD, FINALIZER]);
    }));

  Deno.test(`${kind}: a deletion takes the old operator's finalizer along, and nobody else's`, () =>
    withWorld({}, async (world) => {
      const spec = OBJECTS[kind].spec ?? world.object("Provider", "wasabi").spec;
      world.apply(kind, "old", { ...spec, ...(kind === "User" ? { name: "old" } : {}) }, {
        finalizers: ["their/own", OLD, FINALIZER],
      });
      world.remove(kind, "old");
      await world.round();
      assert.deepEqual(world.object(kind, "old").metadata.finalizers, ["their/own"]);
    }));
}

for (const kind of KINDS.filter((each) => each !== "Provider")) {
  Deno.test(`${kind}: nothing is changed outside before the finalizer is on the object`, () =>
    withWorld({}, async (world) => {
      const needed = { Bucket: [], IAMPolicy: [], User: [], AccessKey: ["User"], BucketPolicy: ["Bucket"] } as Loose;
      for (const other of needed[kind]) world.apply(other, "x", OBJECTS[other as KindName].spec);
      await world.settle();
      world.forget();
      world.apply(kind, "x", OBJECTS[kind].spec);
      world.cluster.refuse(/^PATCH [a-z]+ /, { code: 500, reason: "InternalError" });
      await world.pass(kind, "x");
      assert.deepEqual(world.changes(), []);
      assert.equal(world.object(kind, "x").metadata.finalizers, undefined);
      world.cluster.allow();
      await world.settle();
      assert.equal(world.ready(kind, "x"), "True");
    }));
}

Deno.test("negative conditions that 0.2.x left True beside Ready are removed", () =>
  withWorld({}, async (world) => {
    const left = (type: string) => ({
      type,
      status: "True",
      reason: "x",
      message: "x",
      lastTransitionTime: "2025-01-01T00:00:00Z",
    });
    world.apply("Bucket", "x", BARE, {}, {
      status: { conditions: ["CreationFailed", "ProviderNotReady", "Ready"].map(left) },
    });
    await world.settle();
    assert.deepEqual(world.object("Bucket", "x").status.conditions.map((each: Loose) => each.type), ["Ready"]);
  }));

Deno.test("an error with another request id and time on each try is written and told once", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "x", BARE);
    world.faults.on("s3:PutBucketTagging", { do: "fail", status: 500, code: "InternalError" });
    await world.pass("Bucket", "x");
    const { message } = world.condition("Bucket", "x");
    assert.doesNotMatch(message, /[0-9a-f]{8}-[0-9a-f]{4}/);
    world.forget();
    for (let count = 0; count < 5; count++) {
      world.later(1000);
      assert.equal(await world.pass("Bucket", "x"), "backoff");
    }
    assert.deepEqual([...world.cluster.writes, ...world.reasons()], []);
    assert.equal(world.metrics.filter((each) => each === "reconciled Bucket failed").length, 5);
    assert.deepEqual([...new Set(world.metrics.filter((each) => each.startsWith("error")))], [
      "error Bucket InternalError",
    ]);
  }));

Deno.test("several failures are said together, and the one that a retry can mend decides", () =>
  withWorld({ aws: { behaviour: { unsupported: ["PutBucketVersioning"] } } }, async (world) => {
    world.apply("Bucket", "x", { ...BARE, versioning: { enabled: true } });
    world.faults.on("s3:PutBucketTagging", { do: "fail", status: 500, code: "InternalError" });
    assert.equal(await world.pass("Bucket", "x"), "backoff");
    assert.match(world.ready("Bucket", "x"), /^UpdateFailed: .*spec\.versioning.*InternalError/);
    assert.deepEqual(world.types("Bucket", "x"), ["Reconciling"]);
  }));

Deno.test("conditions go from Reconciling over Stalled to Ready, one kstatus type at a time", () =>
  withWorld({ withProvider: false }, async (world) => {
    world.apply("Bucket", "x", BARE);
    await world.pass("Bucket", "x");
    assert.deepEqual(world.types("Bucket", "x"), ["ProviderNotReady", "Reconciling"]);
    world.provider();
    await world.pass("Provider", "wasabi");
    world.aws.seed.bucket("app-data");
    await world.pass("Bucket", "x");
    assert.deepEqual(world.types("Bucket", "x"), ["Stalled"]);
    world.aws.state.buckets.clear();
    await world.pass("Bucket", "x");
    assert.deepEqual(world.types("Bucket", "x"), ["Ready"]);
  }));

Deno.test("a status write that lost a race against a change of the spec is repeated, and nothing is lost", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "x", BARE);
    let raced = false;
    world.cluster.beforeWrite = (name) => {
      if (raced || !name.startsWith("PATCH buckets/status") || world.aws.state.buckets.size === 0) return;
      raced = true;
      world.edit("Bucket", "x", { spec: { tagging: { tags: { a: "2" } } } });
    };
    await world.pass("Bucket", "x");
    const { status, metadata } = world.object("Bucket", "x");
    assert.deepEqual([raced, status.ownership, status.observedGeneration, metadata.generation], [
      true,
      "Created",
      1,
      2,
    ]);
    await world.settle();
    assert.equal(world.aws.state.buckets.get("app-data")!.tags!.a, "2");
  }));

Deno.test("an object without our finalizer that is being deleted is left alone", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "x", BARE, { finalizers: ["their/own"] });
    world.remove("Bucket", "x");
    assert.equal(await world.pass("Bucket", "x"), "never");
    assert.deepEqual([...world.calls(), ...world.cluster.writes], []);
  }));

Deno.test("an object that goes while its first pass is under way is no error", () =>
  withWorld({}, async (world) => {
    await all(world);
    world.apply("Bucket", "brief", { ...BARE, name: "brief-data" });
    world.forget();
    const gone = Promise.withResolvers<void>();
    world.faults.on("s3:HeadBucket", { do: "wait", until: gone.promise }, { times: 1 });
    const pass = world.pass("Bucket", "brief");
    world.remove("Bucket", "brief");
    gone.resolve();
    await pass;
    assert.deepEqual(world.metrics.filter((line) => line.startsWith("error")), []);
    assert.equal(world.aws.state.buckets.has("brief-data"), false);
  }));

Deno.test("an object that is gone from the store needs nothing", () =>
  withWorld({}, async (world) => {
    for (const kind of KINDS) assert.equal(await world.pass(kind, "nobody"), "never");
    assert.deepEqual(world.cluster.writes, []);
  }));
