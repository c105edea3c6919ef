import { type Context, context as contexts, createContextKey, type SpanContext, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import type { LogFields } from "../api.ts";

contexts.setGlobalContextManager(new AsyncLocalStorageContextManager());
const FIELDS = createContextKey("fields of log lines");

/** The context of whatever runs now; it follows across awaits. */
export function activeContext(): Context {
  return contexts.active();
}

export function withContext<T>(context: Context, fn: () => T): T {
  return contexts.with(context, fn);
}

/** Runs `fn`; every line that is logged meanwhile carries `fields`, whoever logs it. */
export function withLogFields<T>(fields: LogFields, fn: () => T): T {
  return withContext(activeContext().setValue(FIELDS, fields), fn);
}

/** The fields that a line logged now must carry: those of its reconcile, and the trace that the reconcile is in. */
export function logFields(): LogFields {
  const context = activeContext();
  const fields = context.getValue(FIELDS) as LogFields | undefined;
  const span = trace.getSpanContext(context);
  return span && isSampled(span) ? { ...fields, traceId: span.traceId } : fields ?? {};
}

/** True for a span that is recorded and sent; with the samplers that there are, the one goes with the other. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & 1) === 1;
}
