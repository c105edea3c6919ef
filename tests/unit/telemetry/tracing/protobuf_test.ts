import assert from "node:assert/strict";
import { SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { activeContext } from "../../../../lib/telemetry/tracing/context.ts";
import { ProtobufEncoder } from "../../../../lib/telemetry/tracing/protobuf.ts";

/** Texts with every kind of character, and as long as makes a length take two and three bytes. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 400 }),
  fc.integer({ min: 120, max: 20_000 }).map((length) => "x".repeat(length)),
);
const value = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -1, 127, 128, 2 ** 31, -(2 ** 31), 2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63), 0.1, -0.5, 1e300),
);
const attributes = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), value, { maxKeys: 8 });
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })
    .filter((id) => /[^0]/.test(id));
const place = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  traceFlags: fc.constantFrom(0, 1),
  isRemote: fc.boolean(),
});
const moment = fc.tuple(fc.integer({ min: 0, max: 4_294_967_295 }), fc.integer({ min: 0, max: 999_999_999 }));
const shape = fc.record({
  name: text,
  kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.CLIENT, SpanKind.SERVER),
  attributes,
  parent: fc.option(place),
  links: fc.array(fc.record({ context: place, attributes }), { maxLength: 3 }),
  events: fc.array(fc.record({ name: text, attributes, at: moment }), { maxLength: 3 }),
  error: fc.option(text),
  start: moment,
  end: moment,
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function spanOf(tracer: Tracer, { name, kind, parent, error, start, end, events, ...rest }: Shape): ReadableSpan {
  const context = parent === null ? activeContext() : trace.setSpanContext(activeContext(), parent);
  const span = tracer.startSpan(name, { ...rest, kind, startTime: start }, context);
  for (const event of events) span.addEvent(event.name, event.attributes, event.at);
  if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end(end);
  return span as unknown as ReadableSpan;
}

Deno.test("spans become the bytes that OpenTelemetry's own serializer makes of them, request after request", () => {
  fc.assert(fc.property(attributes, text, fc.array(shape, { minLength: 1, maxLength: 5 }), (resource, name, shapes) => {
    const provider = new TracerProvider({ sampler: new AlwaysOnSampler(), resource: resourceFromAttributes(resource) });
    const spans = shapes.map((each) => spanOf(provider.getTracer(name), each));
    const encoder = new ProtobufEncoder();
    for (const request of [spans, spans.slice(0, 1)]) {
      for (const span of request) encoder.add(span);
      assert.deepEqual(encoder.take(), ProtobufTraceSerializer.serializeRequest(request));
    }
  }));
});

Deno.test("no spans are no bytes", () => {
  assert.equal(new ProtobufEncoder().take().length, 0);
});
