import assert from "node:assert/strict";
import { formatTraceparent, parseTraceparent } from "../../../../lib/telemetry/tracing/traceparent.ts";

const [TRACE, SPAN] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

const READ: Readonly<Record<string, number>> = {
  [`00-${TRACE}-${SPAN}-01`]: 1,
  [`00-${TRACE}-${SPAN}-00`]: 0,
  [` 00-${TRACE}-${SPAN}-01\n`]: 1,
  [`00-${TRACE}-${SPAN}-03`]: 1,
  [`cc-${TRACE}-${SPAN}-01-what-the-future-holds`]: 1,
};

for (const [text, traceFlags] of Object.entries(READ)) {
  Deno.test(`traceparent ${JSON.stringify(text)} is read`, () => {
    assert.deepEqual(parseTraceparent(text), { traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  });
}

const REFUSED = [
  "",
  "nonsense",
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-1`,
  `cc-${TRACE}-${SPAN}-01-${"a".repeat(1_000)}`,
];

for (const text of REFUSED) {
  Deno.test(`traceparent ${JSON.stringify(text.slice(0, 90))} is none`, () => {
    assert.equal(parseTraceparent(text), undefined);
  });
}

Deno.test("a traceparent that was written reads the same", () => {
  const text = formatTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
  assert.equal(text, `00-${TRACE}-${SPAN}-01`);
  assert.equal(parseTraceparent(text)?.spanId, SPAN);
});
