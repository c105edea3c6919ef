import assert from "node:assert/strict";
import { AlwaysOffSampler, AlwaysOnSampler, type Sampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { createTraceSpan } from "../../../lib/telemetry/tracing/trace_span.ts";

/** Counts a call in a span, as a reconcile does; gives the trace of the span, and those that the metrics show. */
async function traced(sampler: Sampler): Promise<{ readonly span: string | undefined; readonly shown: string[] }> {
  const metrics = new PromMetrics();
  const traceSpan = createTraceSpan(new TracerProvider({ sampler, spanProcessors: [] }).getTracer("test"));
  const span = await traceSpan("reconcile", {}, async ({ traceparent }) => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    metrics.apiCall("s3", "ListBuckets", "error", 0.1);
    return traceparent?.split("-")[1];
  });
  metrics.apiCall("s3", "ListBuckets", "error", 0.2);
  const { text } = await metrics.scrape("application/openmetrics-text");
  return { span, shown: [...text.matchAll(/trace_id="(\w+)"/g)].map(([, id = ""]) => id) };
}

Deno.test("a call in a span carries its trace across awaits, and one outside of it carries none", async () => {
  const { span, shown } = await traced(new AlwaysOnSampler());
  assert.match(span ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(shown, [span], "the bucket of the first call");
});

Deno.test("a call in a span that is not sampled carries no trace", async () => {
  assert.deepEqual(await traced(new AlwaysOffSampler()), { span: undefined, shown: [] });
});
