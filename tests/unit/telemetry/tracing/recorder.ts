import { type ReadableSpan, type Sampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { createTraceSpan } from "../../../../lib/telemetry/tracing/trace_span.ts";

/** A `TraceSpan` whose spans are kept, in the order in which they end. */
export function recorder(sampler?: Sampler) {
  const spans: ReadableSpan[] = [];
  const nothing = () => Promise.resolve();
  const processor = {
    onStart() {},
    onEnd: (span: ReadableSpan) => void spans.push(span),
    forceFlush: nothing,
    shutdown: nothing,
  };
  const provider = new TracerProvider({ spanProcessors: [processor], ...(sampler ? { sampler } : {}) });
  const named = (name: string) => {
    const span = spans.find((each) => each.name === name);
    if (span === undefined) throw new Error(`There is no span ${name}`);
    return span;
  };
  return { traceSpan: createTraceSpan(provider.getTracer("test")), spans, named };
}
