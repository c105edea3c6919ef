import type { Attributes, HrTime, SpanContext, SpanStatus } from "@opentelemetry/api";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import { PbfWriter } from "pbf";
import type { Encoder } from "./encoders.ts";

/** Enough for some spans, or for all that is around them; a writer grows by itself. */
const USUAL_BYTES = 4_096;
/** Wire types of protobuf. */
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** `SpanFlags` of opentelemetry-proto's trace.proto, beside the eight of W3C. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

type Link = ReadableSpan["links"][number];

/**
 * Makes, byte for byte, the `ExportTraceServiceRequest` of opentelemetry-proto that `ProtobufTraceSerializer` makes of the
 * spans of one tracer, one span after the other and for a third of its processor time (docs/adr/0012). Numbers are those
 * of the fields in trace.proto.
 */
export class ProtobufEncoder implements Encoder {
  readonly contentType = "application/x-protobuf";
  /** Spans alone; it keeps its buffer from request to request. */
  readonly #spans = new PbfWriter(new Uint8Array(USUAL_BYTES));
  #first: ReadableSpan | undefined;

  add(span: ReadableSpan): void {
    this.#first ??= span;
    this.#spans.writeMessage(2, writeSpan, span);
  }

  take(): Uint8Array<ArrayBuffer> {
    if (this.#first === undefined) return new Uint8Array();
    const { resource, instrumentationScope } = this.#first;
    const spans = this.#spans.buf.subarray(0, this.#spans.pos);
    const request = new PbfWriter(new Uint8Array(spans.length + USUAL_BYTES));
    request.writeMessage(1, writeResourceSpans, { resource, instrumentationScope, spans });
    this.#spans.pos = 0;
    this.#first = undefined;
    return request.finish() as Uint8Array<ArrayBuffer>;
  }
}

type ScopeSpans = Pick<ReadableSpan, "resource" | "instrumentationScope"> & { readonly spans: Uint8Array };

function writeResourceSpans(given: ScopeSpans, writer: PbfWriter): void {
  writer.writeMessage(1, writeResource, given.resource.attributes as Attributes);
  writer.writeMessage(2, writeScopeSpans, given);
}

function writeScopeSpans({ instrumentationScope, spans }: ScopeSpans, writer: PbfWriter): void {
  writer.writeMessage(1, writeName, instrumentationScope.name);
  writer.realloc(spans.length);
  writer.buf.set(spans, writer.pos);
  writer.pos += spans.length;
}

function writeResource(attributes: Attributes, writer: PbfWriter): void {
  writeAttributes(1, attributes, writer);
  writer.writeVarintField(2, 0);
}

function writeName(name: string, writer: PbfWriter): void {
  writeText(1, name, writer);
}

function writeSpan(span: ReadableSpan, writer: PbfWriter): void {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { parentSpanContext } = span;
  writeId(1, traceId, writer);
  writeId(2, spanId, writer);
  if (parentSpanContext) writeId(4, parentSpanContext.spanId, writer);
  writeText(5, span.name, writer);
  // SPAN_KIND_INTERNAL is 1 there and 0 in the API.
  writer.writeVarintField(6, span.kind + 1);
  writeTime(7, span.startTime, writer);
  writeTime(8, span.endTime, writer);
  writeAttributes(9, span.attributes as Attributes, writer);
  writer.writeVarintField(10, span.droppedAttributesCount);
  for (const event of span.events) writer.writeMessage(11, writeEvent, event);
  writer.writeVarintField(12, span.droppedEventsCount);
  for (const link of span.links) writer.writeMessage(13, writeLink, link);
  writer.writeVarintField(14, span.droppedLinksCount);
  writer.writeMessage(15, writeStatus, span.status);
  writeFlags(16, { traceFlags, isRemote: parentSpanContext?.isRemote }, writer);
}

function writeEvent({ time, name, attributes, droppedAttributesCount = 0 }: TimedEvent, writer: PbfWriter): void {
  writeTime(1, time, writer);
  writeText(2, name, writer);
  writeAttributes(3, attributes ?? {}, writer);
  writer.writeVarintField(4, droppedAttributesCount);
}

function writeLink({ context, attributes, droppedAttributesCount = 0 }: Link, writer: PbfWriter): void {
  writeId(1, context.traceId, writer);
  writeId(2, context.spanId, writer);
  writeAttributes(4, attributes ?? {}, writer);
  writer.writeVarintField(5, droppedAttributesCount);
  writeFlags(6, context, writer);
}

function writeStatus({ code, message }: SpanStatus, writer: PbfWriter): void {
  if (message) writeText(2, message, writer);
  writer.writeVarintField(3, code);
}

function writeFlags(
  field: number,
  { traceFlags, isRemote }: Pick<SpanContext, "traceFlags"> & { readonly isRemote?: boolean | undefined },
  writer: PbfWriter,
): void {
  writer.writeTag(field, FIXED32);
  writer.writeFixed32(traceFlags | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0));
}

function writeAttributes(field: number, attributes: Attributes, writer: PbfWriter): void {
  for (const key in attributes) writer.writeMessage(field, writeAttribute, [key, attributes[key]]);
}

function writeAttribute([key, value]: [string, unknown], writer: PbfWriter): void {
  writeText(1, key, writer);
  writer.writeMessage(2, writeValue, value);
}

function writeValue(value: unknown, writer: PbfWriter): void {
  if (typeof value === "string") writeText(1, value, writer);
  else if (typeof value === "boolean") writer.writeBooleanField(2, value);
  else if (isInt64(value)) writer.writeVarintField(3, value);
  else if (typeof value === "number") writer.writeDoubleField(4, value);
}

function isInt64(value: unknown): value is number {
  return Number.isInteger(value) && value as number >= -(2 ** 63) && value as number < 2 ** 63;
}

const encoder = new TextEncoder();

/** Nearly all text is ASCII, and goes straight into the buffer. */
function writeText(field: number, text: string, writer: PbfWriter): void {
  const start = writer.pos;
  writer.writeTag(field, BYTES);
  writer.writeVarint(text.length);
  writer.realloc(text.length);
  const { buf, pos } = writer;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) {
      writer.pos = start;
      // Not by pbf 5.1.2, which takes most characters beyond the first 65,536 for others.
      return writer.writeBytesField(field, encoder.encode(text));
    }
    buf[pos + at] = code;
  }
  writer.pos = pos + text.length;
}

/** The value of each character of a hex number. */
const NIBBLES = new Uint8Array(128);
for (const [value, digit] of [..."0123456789abcdef"].entries()) NIBBLES[digit.charCodeAt(0)] = value;

/** An id straight into the buffer: what an array of its own costs is what this file is there to save. */
function writeId(field: number, hex: string, writer: PbfWriter): void {
  writer.writeTag(field, BYTES);
  writer.writeVarint(hex.length / 2);
  writer.realloc(hex.length / 2);
  for (let at = 0; at < hex.length; at += 2) {
    writer.buf[writer.pos++] = nibble(hex, at) << 4 | nibble(hex, at + 1);
  }
}

function nibble(hex: string, at: number): number {
  return NIBBLES[hex.charCodeAt(at)] as number;
}

/** Nanoseconds as two halves: a number has no room for them. */
function writeTime(field: number, [seconds, nanoseconds]: HrTime, writer: PbfWriter): void {
  // In steps of 2^16, each of which stays exact below 2^53.
  const low = (seconds % 0x10000) * 1e9 + nanoseconds;
  const high = Math.floor(seconds / 0x10000) * 1e9 + Math.floor(low / 0x10000);
  writer.writeTag(field, FIXED64);
  writer.realloc(8);
  writer.dataView.setUint32(writer.pos, (high % 0x10000) * 0x10000 + low % 0x10000, true);
  writer.dataView.setUint32(writer.pos + 4, Math.floor(high / 0x10000), true);
  writer.pos += 8;
}
