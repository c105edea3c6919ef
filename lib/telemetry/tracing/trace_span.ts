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
    const span = start(name, options, { tracer, active });
    // A context is what is dearest about a span (docs/adr/0012).
    if (options.kind === "client") return runIn(span, options, fn);
    return withContext(trace.setSpan(active, span), () => runIn(span, options, fn));
  };
}

function start(
  name: string,
  { kind = "internal", attributes, parent, links }: SpanOptions,
  { tracer, active }: { readonly tracer: Tracer; readonly active: Context },
): Span {
  const span = tracer.startSpan(
    name,
    links === undefined ? { kind: KINDS[kind] } : { kind: KINDS[kind], links: linksTo(links) },
    parent === undefined ? active : continuing(parent, active),
  );
  if (isSampled(span.spanContext())) put(span, typeof attributes === "function" ? attributes() : attributes);
  return span;
}

/** What goes on from a remote span; as it is, where there is none in the text. */
function continuing(traceparent: string, active: Context): Context {
  const remote = parseTraceparent(traceparent);
  return remote === undefined ? active : trace.setSpanContext(active, remote);
}

/** Straight into the span: `setAttributes` makes a `WeakSet` for each value, to look for circles in what is none. */
function put(span: Span, attributes: Attributes | undefined): void {
  const all = (span as unknown as { attributes: Record<string, unknown> }).attributes;
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) all[key] = value;
  }
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
    put(this.#span, attributes());
  }

  fail(errorType: string, message: string): void {
    this.#span.setAttribute("error.type", errorType);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: spanText(message) });
  }
}
