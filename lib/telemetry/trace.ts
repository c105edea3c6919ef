import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { TraceSpan } from "./api.ts";
import { redactText } from "./redact_text.ts";

/** `TraceSpan` on the tracer that is registered globally; with none registered the spans are OpenTelemetry's no-ops. */
export function traceSpan<T>(
  name: string,
  { attributes = {} }: Parameters<TraceSpan>[1],
  fn: () => Promise<T>,
): Promise<T> {
  return trace.getTracer("wasabi-s3-operator").startActiveSpan(name, { attributes }, (span) => endAfter(span, fn));
}

async function endAfter<T>(span: Span, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    const message = redactText(error instanceof Error ? error.message : String(error));
    span.recordException({ name: error instanceof Error ? error.name : "Error", message });
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}
