import assert from "node:assert/strict";
import { context, type Span, trace, TraceFlags } from "@opentelemetry/api";
import { Gauge, type OpenMetricsContentType, Registry } from "prom-client";
import { expose } from "../../../lib/telemetry/exposition.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";

const OPEN = "application/openmetrics-text";

/** What is asked for, and whether that is OpenMetrics. */
const ACCEPTED: readonly (readonly [accept: string, isOpen: boolean])[] = [
  ["", false],
  ["*/*", false],
  ["text/html,application/xml;q=0.9,*/*;q=0.8", false],
  ["text/plain;version=0.0.4;q=0.5,*/*;q=0.1", false],
  [OPEN, true],
  [`${OPEN};version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`, true],
  [
    `${OPEN};version=1.0.0;escaping=allow-utf-8;q=0.6,${OPEN};version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4`,
    true,
  ],
  [`${OPEN};q=0.2, text/plain;q=0.9`, false],
  [`${OPEN};q=0`, false],
  [`${OPEN};q=high`, false],
  [" APPLICATION/OpenMetrics-Text ; q=1 ", true],
];

for (const [accept, isOpen] of ACCEPTED) {
  Deno.test(`a scrape that accepts "${accept}" gets ${isOpen ? "OpenMetrics" : "Prometheus's text"}`, async () => {
    const { contentType, text } = await new PromMetrics().scrape(accept);
    assert.equal(contentType.split(";")[0], isOpen ? OPEN : "text/plain");
    assert.equal(text.endsWith("\n# EOF\n"), isOpen);
  });
}

Deno.test("both formats show the same samples, whichever is asked for first and again", async () => {
  const metrics = new PromMetrics();
  metrics.reconciled("Bucket", "failed", 0.2);
  metrics.accomplished("BucketCreated");
  const samples = async (accept: string) =>
    (await metrics.scrape(accept)).text.split("\n").filter((line) => line && !line.startsWith("#"));
  const open = await samples(OPEN);
  assert.ok(open.length > 100);
  assert.ok(open.includes("wasabi_s3_operator_buckets_created_total 1"));
  assert.deepEqual(await samples(""), open);
  assert.deepEqual(await samples(OPEN), open);
});

Deno.test("OpenMetrics names the family of a counter without _total, Prometheus's text with it", async () => {
  const metrics = new PromMetrics();
  const types = async (accept: string) =>
    [...(await metrics.scrape(accept)).text.matchAll(/^# (?:TYPE|HELP) (\S*reconcile(?:_total)?) /gm)].map(([, name]) =>
      name
    );
  const open = await types(OPEN);
  assert.deepEqual([...new Set(open)], ["wasabi_s3_operator_reconcile", "controller_runtime_reconcile"]);
  assert.deepEqual(await types(""), open.map((name) => `${name}_total`));
});

Deno.test("help texts and values are escaped, so that none ends its line or its quotes", async () => {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const gauge = new Gauge({ name: "odd", help: 'a "b"\n\\c', labelNames: ["text"], registers: [registry] });
  gauge.set({ text: 'a "b"\n\\c' }, -Infinity);
  const { text } = await expose(registry, "");
  assert.equal(text, '# HELP odd a \\"b\\"\\n\\\\c\n# TYPE odd gauge\nodd{text="a \\"b\\"\\n\\\\c"} -Inf\n');
});

interface Recording {
  readonly isRecording: boolean;
  readonly isSampled: boolean;
}

/** Runs with a span that is active; OpenTelemetry's API alone, for metrics know nothing else. */
function withSpan({ isRecording, isSampled }: Recording, run: () => void): void {
  const spanContext = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  };
  const span = { isRecording: () => isRecording, spanContext: () => spanContext } as Span;
  const active = trace.setSpan(context.active(), span);
  context.setGlobalContextManager({
    active: () => active,
    with: (_context, fn, self, ...args) => fn.apply(self, args),
    bind: (_context, target) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  });
  try {
    run();
  } finally {
    context.disable();
  }
}

const EXEMPLAR = / # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} (\S+) \d+\.\d{3}$/;

/** The lines with an exemplar: the series and the exemplar's value. */
async function exemplars(metrics: PromMetrics, accept = OPEN): Promise<(readonly [string, string])[]> {
  return (await metrics.scrape(accept)).text.split("\n").flatMap((line) => {
    const value = EXEMPLAR.exec(line)?.[1];
    return value === undefined ? [] : [[line.split(" ")[0] ?? "", value] as const];
  });
}

Deno.test("a reconcile and a call carry the trace that is active, in OpenMetrics alone", async () => {
  const metrics = new PromMetrics();
  withSpan({ isRecording: true, isSampled: true }, () => {
    metrics.reconciled("Bucket", "failed", 0.3);
    metrics.apiCall("s3", "ListBuckets", "success", 99);
    metrics.rateLimitHit("s3");
    metrics.queueTaken("Bucket", 1);
  });
  assert.deepEqual(await exemplars(metrics), [
    ['wasabi_s3_operator_reconcile_duration_seconds_bucket{le="0.5",kind="Bucket"}', "0.3"],
    ['wasabi_s3_operator_api_call_duration_seconds_bucket{le="+Inf",api_type="s3",operation="ListBuckets"}', "99"],
    ['wasabi_s3_operator_rate_limit_hits_total{api_type="s3"}', "1"],
  ]);
  assert.deepEqual(await exemplars(metrics, ""), []);
});

for (
  const recording of [
    { isRecording: false, isSampled: true },
    { isRecording: true, isSampled: false },
    { isRecording: false, isSampled: false },
  ]
) {
  Deno.test(`no exemplar where the span is ${JSON.stringify(recording)}`, async () => {
    const metrics = new PromMetrics();
    withSpan(recording, () => metrics.reconciled("Bucket", "failed", 0.3));
    assert.equal((await metrics.scrape(OPEN)).text.includes("trace_id"), false);
  });
}

Deno.test("no exemplar where no span is active", async () => {
  const metrics = new PromMetrics();
  metrics.reconciled("Bucket", "failed", 0.3);
  assert.equal((await metrics.scrape(OPEN)).text.includes("trace_id"), false);
});
