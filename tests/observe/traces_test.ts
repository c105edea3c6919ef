import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { kinds } from "../../handlers/kinds.ts";
import { apply } from "../sandbox/demo/apply.ts";
import { begin } from "../sandbox/demo/begin.ts";
import { meddle } from "../sandbox/demo/drift.ts";
import { removeAll } from "../sandbox/demo/remove.ts";
import { rotate } from "../sandbox/demo/rotate.ts";
import { Screen } from "../sandbox/demo/screen.ts";
import { Stage } from "../sandbox/demo/stage.ts";
import { startCollector } from "./collector.ts";
import { readSpans, type Span } from "./spans.ts";

/** As OTLP numbers kinds of spans, and a status. */
const [INTERNAL, CLIENT, ERROR] = [1, 3, 2];
/** Two spans of one process may disagree by so much about the time. */
const CLOCK_NS = 2_000_000n;

/** What the demo left behind: at the collector, and what must not be there. */
interface Played {
  readonly spans: readonly Span[];
  readonly text: string;
  /** Secrets that the service ever gave out, and the operator's key id. */
  readonly hidden: readonly string[];
}

/** Plays the demo with a collector beside it. */
async function play(): Promise<Played> {
  const folder = await Deno.makeTempDir();
  try {
    await using collector = await startCollector(folder);
    const hidden = await playWith(collector.endpoint);
    return { spans: await readSpans(collector.file), text: await Deno.readTextFile(collector.file), hidden };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function playWith(endpoint: string): Promise<string[]> {
  const screen = new Screen({ write: () => {}, colours: false, monotonic: () => performance.now() });
  const flags = [
    `--otel-exporter-otlp-endpoint=${endpoint}`,
    "--otel-resource-attributes=deployment.environment.name=test",
    "--log-level=DEBUG",
  ];
  await using stage = await Stage.open({ screen, mode: "aws", stop: new AbortController(), flags });
  await begin(stage);
  await apply(stage);
  await meddle(stage);
  await rotate(stage);
  await removeAll(stage);
  assert.equal((await stage.stopOperator()).code, 0);
  const log = stage.operator.lines.join("\n");
  assert.match(log, /"message":"Tracing is on"/);
  assert.doesNotMatch(log, /"message":"Traces are not exported"/);
  assertTraced(stage.operator.lines);
  return [...stage.aws.secrets, stage.aws.credentials.accessKeyId];
}

/** Every line of a pass names the pass and its trace. */
function assertTraced(lines: readonly string[]): void {
  const ofPasses = lines.map((line) => JSON.parse(line)).filter(({ reconcileId }) => reconcileId !== undefined);
  assert.ok(ofPasses.length > 0);
  for (const { kind, namespace, name, traceId, message } of ofPasses) {
    assert.ok(kind && namespace && name, message);
    assert.match(traceId ?? "", /^[0-9a-f]{32}$/, message);
  }
}

/** Questions about the spans of the demo. */
class Trace {
  readonly #byId: ReadonlyMap<string, Span>;

  constructor(readonly spans: readonly Span[]) {
    this.#byId = new Map(spans.map((span) => [span.spanId, span]));
  }

  parentOf({ parentSpanId }: Span): Span | undefined {
    return this.#byId.get(parentSpanId);
  }

  named(name: string): Span[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The first span of that name, by its start. */
  first(name: string): Span {
    const [first] = this.named(name).toSorted((a, b) => Number(a.start - b.start));
    return first ?? assert.fail(`There is no span ${name}`);
  }

  /** The passes over an object, in their order. */
  passes(kind: string, name: string): Span[] {
    return this.named(`reconcile ${kind}`).filter(({ attributes }) => attributes["k8s.object.name"] === name)
      .toSorted((a, b) => Number(a.start - b.start));
  }

  /** Names of spans from one up to its pass. */
  path(span: Span | undefined): string[] {
    if (span === undefined) return [];
    return span.name.startsWith("reconcile ") ? [span.name] : [span.name, ...this.path(this.parentOf(span))];
  }
}

function subset(span: Span, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, span.attributes[name]]));
}

Deno.test("a collector gets the traces of the demo", async (t) => {
  const { spans, text, hidden } = await play();
  const trace = new Trace(spans);
  const bucket = "auto";
  const firstPass = trace.passes("Bucket", bucket)[0] ?? assert.fail("The bucket was not reconciled");

  await t.step("every span says which service it is of", () => {
    for (const { resource } of spans) {
      assert.equal(resource["service.name"], "wasabi-s3-operator");
      assert.equal(resource["service.version"], project.version);
      assert.equal(resource["deployment.environment.name"], "test");
    }
  });

  await t.step("there are passes over every kind", () => {
    for (const kind of Object.keys(kinds)) assert.ok(trace.named(`reconcile ${kind}`).length > 0, kind);
  });

  await t.step("a pass tells its object, how long it waited and what came of it", () => {
    const { attributes, kind } = firstPass;
    assert.equal(kind, INTERNAL);
    assert.deepEqual(subset(firstPass, ["k8s.namespace.name", "k8s.object.kind", "k8s.object.generation"]), {
      "k8s.namespace.name": "default",
      "k8s.object.kind": "Bucket",
      "k8s.object.generation": 1,
    });
    assert.match(String(attributes["reconcile.id"]), /^[0-9a-f-]{36}$/);
    assert.ok(Number(attributes["reconcile.queue_wait_seconds"]) >= 0);
    assert.ok(["ready", "waiting"].includes(String(attributes["reconcile.result"])));
    const last = trace.passes("Bucket", bucket).at(-1);
    assert.deepEqual(subset(last ?? firstPass, ["reconcile.deletion", "reconcile.result"]), {
      "reconcile.deletion": true,
      "reconcile.result": "gone",
    });
  });

  await t.step("steps are in passes, and calls in steps", () => {
    assert.deepEqual(trace.path(trace.first("S3.CreateBucket")).slice(1), ["create bucket", "reconcile Bucket"]);
    assert.deepEqual(trace.path(trace.first("IAM.CreateAccessKey")).slice(1), ["create key", "reconcile AccessKey"]);
    assert.deepEqual(trace.path(trace.first("IAM.CreateUser")).slice(1), ["create user", "reconcile User"]);
    assert.deepEqual(trace.path(trace.first("S3.PutBucketPolicy")).slice(1), [
      "create bucket/policy",
      "reconcile BucketPolicy",
    ]);
  });

  await t.step("every span but the first of a trace has its parent at the collector, and begins after it", () => {
    for (const span of spans.filter(({ parentSpanId }) => parentSpanId !== "")) {
      const parent = trace.parentOf(span);
      assert.equal(parent?.traceId, span.traceId, span.name);
      assert.ok((parent?.start ?? 0n) <= span.start + CLOCK_NS, span.name);
    }
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === "");
    assert.deepEqual(roots.filter(({ name }) => !name.startsWith("reconcile ")).map(({ name }) => name), []);
  });

  await t.step("a call has the attributes of OpenTelemetry's conventions", () => {
    const { attributes, kind } = trace.first("S3.CreateBucket");
    assert.equal(kind, CLIENT);
    assert.equal(attributes["rpc.system"], "aws-api");
    assert.equal(attributes["rpc.service"], "S3");
    assert.equal(attributes["rpc.method"], "CreateBucket");
    assert.equal(attributes["server.address"], "127.0.0.1");
    assert.equal(attributes["http.response.status_code"], 200);
    assert.ok(String(attributes["aws.s3.bucket"]).length > 0);
    assert.match(String(attributes["aws.request_id"]), /^[A-Z2-7]{16}$/);
  });

  await t.step("a request to the API server has them too, and its name has no names in it", () => {
    const status = trace.first("PATCH /apis/s3.cloud37.dev/v1alpha1/namespaces/{namespace}/buckets/{name}/status");
    assert.equal(status.kind, CLIENT);
    assert.equal(status.attributes["http.request.method"], "PATCH");
    assert.equal(status.attributes["http.response.status_code"], 200);
    assert.match(
      String(status.attributes["url.full"]),
      /^https?:\/\/127\.0\.0\.1:\d+\/apis\/.*\/buckets\/[\w-]+\/status$/,
    );
  });

  await t.step("there are few names", () => {
    const names = new Set(spans.map(({ name }) => name));
    assert.ok(names.size < 150, [...names].join("\n"));
    assert.deepEqual([...names].filter((name) => /-credentials|AKIA|lease/i.test(name)), []);
  });

  await t.step("what is simply not there is no error", () => {
    const heads = trace.named("S3.HeadBucket").filter(({ attributes }) =>
      attributes["http.response.status_code"] === 404
    );
    assert.ok(heads.length > 0);
    assert.deepEqual(heads.filter(({ status }) => status === ERROR), []);
  });

  await t.step("what fails says why, once", () => {
    const failed = spans.filter(({ status }) => status === ERROR);
    for (const { name, attributes } of failed) assert.ok(attributes["error.type"], name);
  });

  await t.step("what a Bucket makes comes to be in the Bucket's trace, and goes on in its own", () => {
    const { traceId } = trace.first("create AccessKey");
    assert.ok(trace.passes("Bucket", bucket).filter((pass) => pass.traceId === traceId).length > 1);
    for (const [kind, name] of [["User", "user"], ["AccessKey", "accesskey"], ["BucketPolicy", "policy"]] as const) {
      const passes = trace.passes(kind, `${bucket}-${name}`);
      assert.equal(passes[0]?.traceId, traceId, kind);
      assert.notEqual(passes.at(-1)?.traceId, traceId, kind);
    }
    const calls = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
    for (const call of ["S3.CreateBucket", "IAM.CreateUser", "IAM.CreateAccessKey", "S3.PutBucketPolicy"]) {
      assert.ok(calls.includes(call), `${call} is in another trace`);
    }
  });

  await t.step("the later steps of a rotation link to where it began", () => {
    const began = trace.named("update AccessKey/intent").map(({ spanId }) => spanId);
    const linked = spans.filter(({ links }) => links.some(({ spanId }) => began.includes(spanId)));
    assert.ok(linked.some(({ name }) => name === "delete key"), linked.map(({ name }) => name).join());
  });

  await t.step("no secret, key id or policy is in them", () => {
    for (const each of hidden) assert.ok(!text.includes(each), `${each.slice(0, 4)}… is in the traces`);
    assert.doesNotMatch(text, /AKIA[A-Z2-7]{16}/);
    assert.doesNotMatch(text, /"?Statement"?|s3:GetObject|2012-10-17/);
    assert.doesNotMatch(text, /\*{4}[A-Z0-9]{4}|AKIA…/);
  });
});
