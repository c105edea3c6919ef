import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { messageOf } from "../../message_of.ts";
import { type ActiveSpan, NO_SPAN, type SpanOptions, type TraceSpan } from "./api.ts";
import { activeContext, isSampled, withContext } from "./context.ts";
import { errorTypeOf, spanText } from "./span_error.ts";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/** A `TraceSpan` that starts its spans with a tracer. */
export function createTraceSpan(tracer: Tracer): TraceSpan {
  return (name, options, fn) => {
    const active = activeContext();
    const outer = trace.getSpan(active);
    if (outer === undefined && options.nested) return fn(NO_SPAN);
    // What is in a span that is not sampled is not sampled either, so nothing is built for it.
    if (outer !== undefined && !isSampled(outer.spanContext())) return fn(NO_SPAN);
    const span = start(tracer, { ...options, name, active });
    // A context is what is dearest about a span (docs/adr/0012).
    if (options.kind === "client") return runIn(span, options, fn);
    return withContext(trace.setSpan(active, span), () => runIn(span, options, fn));
  };
}

function start(
  tracer: Tracer,
  { name, active, kind = "internal", attributes, parent, links }: SpanOptions & {
    readonly name: string;
    readonly active: Context;
  },
): Span {
  const remote = parseTraceparent(parent);
  const from = remote === undefined ? active : trace.setSpanContext(active, remote);
  const span = tracer.startSpan(name, { kind: KINDS[kind], ...(links ? { links: linksTo(links) } : {}) }, from);
  if (isSampled(span.spanContext())) {
    span.setAttributes((typeof attributes === "function" ? attributes() : attributes ?? {}) as Attributes);
  }
  return span;
}

function linksTo(traceparents: readonly string[]): { context: SpanContext }[] {
  return traceparents.map(parseTraceparent).filter((context) => context !== undefined).map((context) => ({ context }));
}

async function runIn<T>(span: Span, { expected }: SpanOptions, fn: (span: ActiveSpan) => Promise<T>): Promise<T> {
  const isRecorded = isSampled(span.spanContext());
  try {
    return await fn(isRecorded ? new TracedSpan(span) : NO_SPAN);
  } catch (error) {
    if (isRecorded && !expected?.(error)) record(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Errors that an inner span has told already: an error passes through several. */
const told = new WeakSet<object>();

function record(span: Span, error: unknown): void {
  const [type, message] = [errorTypeOf(error), spanText(messageOf(error))];
  span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR, message });
  if (typeof error !== "object" || error === null || told.has(error)) return;
  told.add(error);
  span.addEvent("exception", { "exception.type": type, "exception.message": message });
}

/** A span that is recorded. */
class TracedSpan implements ActiveSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  get traceparent(): string {
    return formatTraceparent(this.#span.spanContext());
  }

  set(attributes: () => Attributes): void {
    this.#span.setAttributes(attributes());
  }

  fail(errorType: string, message: string): void {
    this.#span.setAttribute("error.type", errorType);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: spanText(message) });
  }
}
