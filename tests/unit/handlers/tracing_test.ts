import assert from "node:assert/strict";
import { recorder } from "../telemetry/tracing/recorder.ts";
import { withWorld, type World } from "./world.ts";

const TRACEPARENT = "s3.cloud37.dev/traceparent";
const DAY_MS = 86_400_000;
const CHILDREN = [["User", "app-user"], ["AccessKey", "app-accesskey"], ["BucketPolicy", "app-policy"]] as const;

/** Goes on in a new process whose spans are kept. */
function traced(world: World) {
  const { traceSpan, spans } = recorder();
  world.traceSpan = traceSpan;
  world.restart();
  return { spans };
}

async function made(world: World, meta: object = {}): Promise<void> {
  world.apply("Bucket", "app", { providerRef: { name: "wasabi" }, name: "app-data" }, meta);
  await world.settle();
  assert.equal(world.ready("Bucket", "app"), "True");
}

/** All that stands in the cluster, as text. */
function cluster(world: World): string {
  return JSON.stringify([["Bucket", "app"] as const, ...CHILDREN].map(([kind, name]) => world.object(kind, name)));
}

Deno.test("a new Bucket with all that it makes is one trace", () =>
  withWorld({}, async (world) => {
    const { spans } = traced(world);
    await made(world);
    const creations = ["S3.CreateBucket", "IAM.CreateUser", "IAM.CreateAccessKey", "S3.PutBucketPolicy"].map((name) =>
      spans.find((span) => span.name === name)?.spanContext().traceId
    );
    assert.equal(new Set(creations).size, 1, JSON.stringify(creations));
    for (const [kind, name] of CHILDREN) {
      assert.ok(world.object(kind, name).metadata.annotations[TRACEPARENT].includes(creations[0]), kind);
    }
  }));

Deno.test("a Bucket with a person's traceparent is made in that person's trace", () =>
  withWorld({}, async (world) => {
    const { spans } = traced(world);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await made(world, { annotations: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
    const making = spans.find(({ name }) => name === "S3.CreateBucket");
    assert.equal(making?.spanContext().traceId, traceId);
    assert.equal(world.object("Bucket", "app").metadata.annotations[TRACEPARENT], undefined);
  }));

Deno.test("with tracing off nothing of it is written", () =>
  withWorld({}, async (world) => {
    await made(world);
    assert.doesNotMatch(cluster(world), /traceparent/);
  }));

Deno.test("tracing that is switched on writes nothing to objects at rest", () =>
  withWorld({}, async (world) => {
    await made(world);
    traced(world);
    await world.assertAtRest();
    assert.doesNotMatch(cluster(world), /traceparent/);
  }));

Deno.test("a Bucket that changes its children hands its trace on in the same write", () =>
  withWorld({}, async (world) => {
    await made(world);
    const { spans } = traced(world);
    world.edit("Bucket", "app", { spec: { autoManage: { accessLevel: "readonly" } } });
    await world.settle();
    const change = spans.find(({ name }) => name === "update User");
    const put = spans.find(({ name }) => name === "IAM.PutUserPolicy");
    assert.equal(put?.spanContext().traceId, change?.spanContext().traceId);
    await world.assertAtRest();
  }));

Deno.test("a rotation that goes on for days links its steps to its beginning", () =>
  withWorld({}, async (world) => {
    await made(world);
    const { spans } = traced(world);
    const rotation = () => world.object("AccessKey", "app-accesskey").status.rotation;
    world.annotate("AccessKey", "app-accesskey", { "rotate-at": new Date(world.now).toISOString() });
    await world.settle();
    assert.equal(rotation().phase, "Overlap");
    const began = spans.find(({ name }) => name === "update AccessKey/intent")?.spanContext();
    assert.equal(rotation().traceparent, `00-${began?.traceId}-${began?.spanId}-01`);
    // Its intent is forgotten long before the overlap ends.
    for (const days of [1, 7, 1]) {
      world.later(days * DAY_MS);
      await world.settle();
    }
    const deletion = spans.find(({ name }) => name === "delete key");
    assert.deepEqual(deletion?.links.map(({ context }) => context.spanId), [began?.spanId]);
    assert.notEqual(deletion?.spanContext().traceId, began?.traceId);
    assert.equal(rotation().traceparent, undefined);
    await world.assertAtRest();
  }));

Deno.test("a pass that fails says why in its span", () =>
  withWorld({}, async (world) => {
    const { spans } = traced(world);
    await made(world);
    world.faults.on("s3:HeadBucket", { do: "fail", status: 403, code: "AccessDenied" });
    await world.pass("Bucket", "app");
    const [pass] = spans.filter(({ name }) => name === "reconcile Bucket").slice(-1);
    assert.equal(pass?.attributes["reconcile.result"], "failed");
    assert.equal(pass?.attributes["error.type"], "Forbidden");
  }));
