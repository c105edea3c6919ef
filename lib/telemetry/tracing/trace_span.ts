import { type Attributes, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import type { ActiveSpan, SpanOptions, TraceSpan } from "./api.ts";
import { activeContext, isSampled, withContext } from "./context.ts";
import { errorTypeOf, messageOf, spanText } from "./span_error.ts";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/** A `TraceSpan` that starts its spans with a tracer. */
export function createTraceSpan(tracer: Tracer): TraceSpan {
  return async (name, options, fn) => {
    const outer = trace.getSpan(activeContext());
    if (outer === undefined && options.nested) return await fn(new TracedSpan(undefined));
    // What is in a span that is not sampled is not sampled either, so nothing is built for it.
    if (outer !== undefined && !isSampled(outer.spanContext())) return await fn(new TracedSpan(outer));
    const { span, context } = start(tracer, name, options);
    return await withContext(context, () => runIn(span, options, fn));
  };
}

function start(tracer: Tracer, name: string, { kind = "internal", attributes, parent, links = [] }: SpanOptions) {
  const remote = parseTraceparent(parent);
  const active = activeContext();
  const from = remote === undefined ? active : trace.setSpanContext(active, remote);
  const linked = links.map(parseTraceparent).filter((context) => context !== undefined).map((context) => ({ context }));
  const span = tracer.startSpan(name, { kind: KINDS[kind], links: linked }, from);
  if (isSampled(span.spanContext())) {
    span.setAttributes((typeof attributes === "function" ? attributes() : attributes ?? {}) as Attributes);
  }
  return { span, context: trace.setSpan(active, span) };
}

async function runIn<T>(span: Span, { expected }: SpanOptions, fn: (span: ActiveSpan) => Promise<T>): Promise<T> {
  const traced = new TracedSpan(span);
  try {
    return await fn(traced);
  } catch (error) {
    if (!expected?.(error) && isSampled(span.spanContext())) record(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Errors that an inner span has told already: an error passes through several. */
const told = new WeakSet<object>();

function record(span: Span, error: unknown): void {
  const [type, message] = [errorTypeOf(error), messageOf(error)];
  span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR, message });
  if (typeof error !== "object" || error === null || told.has(error)) return;
  told.add(error);
  span.addEvent("exception", { "exception.type": type, "exception.message": message });
}

class TracedSpan implements ActiveSpan {
  constructor(readonly span: Span | undefined) {}

  get traceparent(): string | undefined {
    const context = this.span?.spanContext();
    return context && isSampled(context) ? formatTraceparent(context) : undefined;
  }

  set(attributes: () => Attributes): void {
    if (this.span !== undefined && isSampled(this.span.spanContext())) this.span.setAttributes(attributes());
  }

  fail(errorType: string, message: string): void {
    this.set(() => ({ "error.type": errorType }));
    this.span?.setStatus({ code: SpanStatusCode.ERROR, message: spanText(message) });
  }
}
