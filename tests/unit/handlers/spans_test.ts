import assert from "node:assert/strict";
import {
  beginningOf,
  reconcileSpan,
  spanNameOf,
  stepSpan,
  tellVerdict,
  traceMetadata,
} from "../../../handlers/spans.ts";
import type { Verdict } from "../../../handlers/verdict.ts";
import type { CustomResource } from "../../../lib/kube/object.ts";
import { NO_SPAN } from "../../../lib/telemetry/tracing/api.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const OTHER = "00-11111111111111111111111111111111-2222222222222222-01";
const OURS = { "s3.cloud37.dev/traceparent": TRACE };
const CONTEXT = { signal: new AbortController().signal, reconcileId: "1", queuedSeconds: 2, now: NOW };

interface Given {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generation?: number;
  readonly observedGeneration?: number;
  readonly ready?: boolean;
  readonly ageMinutes?: number;
  readonly deleting?: boolean;
  readonly finalizers?: readonly string[];
}

function objectOf(
  { annotations, generation = 1, observedGeneration, ready, ageMinutes = 0, deleting, finalizers }: Given = {},
): CustomResource {
  const lastTransitionTime = "2026-01-01T11:00:00Z";
  const status = ready === undefined ? [] : [{
    type: "Ready",
    status: ready ? "True" as const : "False" as const,
    reason: "Any",
    message: "",
    lastTransitionTime,
  }];
  return {
    apiVersion: "s3.cloud37.dev/v1alpha1",
    kind: "Bucket",
    metadata: {
      name: "data",
      namespace: "a",
      uid: "u",
      resourceVersion: "1",
      generation,
      creationTimestamp: new Date(NOW - ageMinutes * 60_000).toISOString(),
      ...(annotations ? { annotations } : {}),
      ...(deleting ? { deletionTimestamp: "2026-01-01T12:00:00Z" } : {}),
      ...(finalizers ? { finalizers } : {}),
    },
    spec: {},
    status: { conditions: status, ...(observedGeneration === undefined ? {} : { observedGeneration }) },
  };
}

const PARENTS: Readonly<Record<string, readonly [Given, string | undefined]>> = {
  "an object without an annotation is none": [{}, undefined],
  "a new object is the one of its annotation": [{ annotations: OURS }, TRACE],
  "an object with a person's own annotation is that one": [{ annotations: { traceparent: OTHER } }, OTHER],
  "an object with both is ours": [{ annotations: { ...OURS, traceparent: OTHER } }, TRACE],
  "a new object that waits is the same still": [
    { annotations: OURS, observedGeneration: 1, ready: false, ageMinutes: 9 },
    TRACE,
  ],
  "an object that waits for long is none": [
    { annotations: OURS, observedGeneration: 1, ready: false, ageMinutes: 11 },
    undefined,
  ],
  "an object that is Ready is none": [{ annotations: OURS, observedGeneration: 1, ready: true }, undefined],
  "an object that was changed is the one of its annotation": [
    { annotations: OURS, generation: 2, observedGeneration: 1, ready: true, ageMinutes: 9_000 },
    TRACE,
  ],
  "an object whose change was seen is none": [
    { annotations: OURS, generation: 2, observedGeneration: 2, ready: false },
    undefined,
  ],
  "an object that is being deleted is none": [{ annotations: OURS, deleting: true }, undefined],
};

for (const [fact, [given, parent]] of Object.entries(PARENTS)) {
  Deno.test(`the trace of ${fact}`, () => {
    assert.equal(reconcileSpan(objectOf(given), CONTEXT).parent, parent);
  });
}

Deno.test("the span of a pass says which object it is about, and how long that waited", () => {
  const { attributes } = reconcileSpan(objectOf({ generation: 3 }), CONTEXT);
  assert.deepEqual(typeof attributes === "function" && attributes(), {
    "k8s.namespace.name": "a",
    "k8s.object.kind": "Bucket",
    "k8s.object.name": "data",
    "k8s.object.uid": "u",
    "k8s.object.generation": 3,
    "reconcile.id": "1",
    "reconcile.queue_wait_seconds": 2,
  });
});

const BEGINNINGS: Readonly<Record<string, readonly [Given, object]>> = {
  "goes to an object without our finalizer": [{}, OURS],
  "is none for an object at rest": [{ finalizers: ["s3.cloud37.dev/finalizer"] }, {}],
  "does not replace a person's": [{ annotations: { traceparent: OTHER } }, {}],
};

for (const [fact, [given, expected]] of Object.entries(BEGINNINGS)) {
  Deno.test(`the annotation that keeps a new object's passes together ${fact}`, () => {
    assert.deepEqual(beginningOf(objectOf(given), { ...NO_SPAN, traceparent: TRACE }), expected);
    assert.deepEqual(beginningOf(objectOf(given), NO_SPAN), {});
  });
}

Deno.test("what is made in a span is annotated with it, and with nothing where nothing is recorded", () => {
  assert.deepEqual(traceMetadata({ ...NO_SPAN, traceparent: TRACE }), { annotations: OURS });
  assert.deepEqual(traceMetadata(NO_SPAN), {});
});

const NAMES: Readonly<Record<string, string>> = {
  "bucket/tagging": "update bucket/tagging",
  "user": "update user",
  "AccessKey/intent": "update AccessKey/intent",
  "Secret/credentials": "update Secret/credentials",
  "Secret/app-credentials-previous-20260101120000": "update Secret",
  "BucketPolicy/data-policy": "update BucketPolicy",
  "key/AKIA…WXYZ": "update key",
  "policy/v3": "update policy",
  "policy/tags": "update policy/tags",
};

for (const [target, name] of Object.entries(NAMES)) {
  Deno.test(`the span of a step on ${target} is called "${name}"`, () => {
    assert.equal(spanNameOf({ action: "update", target }), name);
  });
}

Deno.test("a step's span shows nothing of an access key id, and links to the rotation's beginning", () => {
  const step = { action: "delete", target: "key/AKIA…WXYZ", reason: "the overlap is over" } as const;
  const { attributes, links } = stepSpan(step, {
    ...objectOf(),
    status: { rotation: { traceparent: TRACE } } as CustomResource["status"] & object,
  });
  assert.deepEqual(links, [TRACE]);
  assert.deepEqual(typeof attributes === "function" && attributes(), {
    "step.action": "delete",
    "step.target": "key",
    "step.reason": "the overlap is over",
  });
  assert.equal(stepSpan(step, objectOf()).links, undefined);
});

const VERDICTS: readonly (readonly [Verdict | "gone", object, readonly string[] | undefined])[] = [
  ["gone", { "reconcile.result": "gone" }, undefined],
  [
    { kind: "ready", reason: "Ready", message: "In sync", loud: false },
    { "reconcile.result": "ready", "reconcile.reason": "Ready" },
    undefined,
  ],
  [
    { kind: "failed", reason: "AccessDenied", message: "no", errorType: "Forbidden", loud: true },
    { "reconcile.result": "failed", "reconcile.reason": "AccessDenied" },
    ["Forbidden", "no"],
  ],
  [
    { kind: "stalled", reason: "Conflict", message: "two", loud: true },
    { "reconcile.result": "stalled", "reconcile.reason": "Conflict" },
    ["Conflict", "two"],
  ],
];

for (const [verdict, attributes, failure] of VERDICTS) {
  Deno.test(`a pass that ends ${JSON.stringify(verdict)} says so in its span`, () => {
    let set: object = {};
    let failed: readonly string[] | undefined;
    tellVerdict({
      set: (facts) => void (set = facts()),
      fail: (...why) => void (failed = why),
    }, verdict);
    assert.deepEqual(set, attributes);
    assert.deepEqual(failed, failure);
  });
}
