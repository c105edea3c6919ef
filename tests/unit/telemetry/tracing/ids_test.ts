import { isSpanContextValid } from "@opentelemetry/api";
import assert from "node:assert/strict";
import { createIds } from "../../../../lib/telemetry/tracing/ids.ts";

Deno.test("ids are those of W3C Trace Context, and no two are the same", () => {
  const ids = createIds(Math.random);
  const traces = Array.from({ length: 1_000 }, () => ids.generateTraceId());
  const spans = Array.from({ length: 1_000 }, () => ids.generateSpanId());
  for (const [at, traceId] of traces.entries()) {
    assert.ok(isSpanContextValid({ traceId, spanId: spans[at] ?? "", traceFlags: 1 }));
  }
  assert.equal(new Set([...traces, ...spans]).size, 2_000);
});

for (const [random, digits] of [[0, "10000000"], [0.5, "00000008"], [1 - 2 ** -53, "ffffffff"]] as const) {
  Deno.test(`a random number of ${random} makes an id that is one`, () => {
    assert.equal(createIds(() => random).generateSpanId(), digits.repeat(2));
  });
}
