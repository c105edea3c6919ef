import assert from "node:assert/strict";
import { findCondition, setConditions } from "../../../lib/kube/conditions.ts";
import type { Condition } from "../../../lib/kube/object.ts";

const stamp = { generation: 3, now: "2026-03-01T00:00:00Z" };
const ready = { type: "Ready", status: "True", reason: "Ready", message: "ok" } as const;
const was: Condition = { ...ready, observedGeneration: 1, lastTransitionTime: "2026-01-01T00:00:00Z" };
const other: Condition = { ...was, type: "Other" };

const cases: Record<string, { from?: Condition[]; changes: Parameters<typeof setConditions>[1]; to: Condition[] }> = {
  "a new condition gets generation and time": {
    changes: [ready],
    to: [{ ...ready, observedGeneration: 3, lastTransitionTime: stamp.now }],
  },
  "the time moves when the status flips": {
    from: [was],
    changes: [{ ...ready, status: "False" }],
    to: [{ ...was, status: "False", observedGeneration: 3, lastTransitionTime: stamp.now }],
  },
  "the time stays when only reason, message or generation change": {
    from: [was],
    changes: [{ ...ready, reason: "Paused", message: "x" }],
    to: [{ ...was, reason: "Paused", message: "x", observedGeneration: 3 }],
  },
  "a condition that others wrote without a time gets one": {
    from: [{ type: "Ready", status: "True" } as Condition],
    changes: [ready],
    to: [{ ...ready, observedGeneration: 3, lastTransitionTime: stamp.now }],
  },
  "others stay as they are, and the order too": {
    from: [other, was],
    changes: [ready, { ...ready, type: "New" }],
    to: [
      other,
      { ...was, observedGeneration: 3 },
      { ...ready, type: "New", observedGeneration: 3, lastTransitionTime: stamp.now },
    ],
  },
  "a condition is removed": { from: [other, was], changes: [{ type: "Ready", remove: true }], to: [other] },
  "removing what is not there does nothing": { from: [other], changes: [{ type: "Ready", remove: true }], to: [other] },
  "of two entries of a type one stays": {
    from: [{ ...was, status: "False" }, was],
    changes: [ready],
    to: [{ ...was, observedGeneration: 3 }],
  },
  "no change is no change": { from: [was], changes: [], to: [was] },
};

for (const [fact, { from, changes, to }] of Object.entries(cases)) {
  Deno.test(`setConditions(): ${fact}`, () => {
    const copy = structuredClone(from);
    assert.deepEqual(setConditions(from, changes, stamp), to);
    assert.deepEqual(from, copy, "its input is as it was");
  });
}

Deno.test("findCondition() finds by type, or nothing", () => {
  assert.equal(findCondition([other, was], "Ready"), was);
  assert.equal(findCondition([other], "Ready"), undefined);
  assert.equal(findCondition(undefined, "Ready"), undefined);
});
