import { SpanStatusCode, trace } from "@opentelemetry/api";
import type { TraceSpan } from "./api.ts";
import { redactText } from "./redact.ts";

/** Spans of OpenTelemetry's global provider; without one, they cost nothing. */
export const traceSpan: TraceSpan = (name, { attributes = {} }, fn) => {
  const tracer = trace.getTracer("wasabi-s3-operator");
  return tracer.startActiveSpan(name, { attributes: { ...attributes } }, async (span) => {
    try {
      return await fn();
    } catch (error) {
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: redactText(error instanceof Error ? error.message : String(error)),
      });
      throw error;
    } finally {
      span.end();
    }
  });
};
