import type { Loose } from "../scenarios/admin.ts";

/** A span as the collector has it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first one of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 3 client. */
  readonly kind: number;
  /** Nanoseconds since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly resource: Readonly<Record<string, string | number | boolean>>;
  /** Spans that it links to. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events: readonly string[];
  /** 2 for an error. */
  readonly status: number;
}

/** Reads what the collector wrote: OTLP's JSON, a batch a line. */
export async function readSpans(file: string): Promise<Span[]> {
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line !== "");
  return lines.flatMap((line) =>
    JSON.parse(line).resourceSpans.flatMap(({ resource, scopeSpans }: Loose) =>
      scopeSpans.flatMap(({ spans }: Loose) => spans.map((span: Loose) => spanOf(span, resource)))
    )
  );
}

function spanOf(span: Loose, resource: Loose): Span {
  const { traceId, spanId, parentSpanId = "", name, kind, links = [], events = [], status } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    attributes: valuesOf(span.attributes),
    resource: valuesOf(resource.attributes),
    links: links.map(({ traceId, spanId }: Loose) => ({ traceId, spanId })),
    events: events.map(({ name }: Loose) => name),
    status: status?.code ?? 0,
  };
}

function valuesOf(pairs: readonly Loose[] = []): Record<string, string | number | boolean> {
  return Object.fromEntries(pairs.map(({ key, value }) => {
    const { stringValue, intValue, doubleValue, boolValue } = value;
    return [key, stringValue ?? (intValue === undefined ? doubleValue ?? boolValue : Number(intValue))];
  }));
}
