import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";

/** W3C Trace Context, section 3.2: later versions may add fields behind a dash. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,400})?$/;

/** A span's place in its trace, as the W3C header `traceparent`. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** Reads a header or annotation; `undefined` for what is none. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const [, version, traceId = "", spanId = "", flags = "", more] = text.trim().match(TRACEPARENT) ?? [];
  if (version === undefined || (version === "00" && more !== undefined)) return undefined;
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}
