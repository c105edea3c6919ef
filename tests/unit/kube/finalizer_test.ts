import assert from "node:assert/strict";
import type { JsonPatchOp } from "../../../lib/kube/api.ts";
import { removeAnnotations, setAnnotations } from "../../../lib/kube/annotations.ts";
import { addFinalizer, removeFinalizers } from "../../../lib/kube/finalizer.ts";
import type { ObjectMeta } from "../../../lib/kube/object.ts";
import { thing } from "./collaborators.ts";

const OURS = "test.dev/finalizer";
const test = (index: number, value: string): JsonPatchOp[] => [
  { op: "test", path: `/metadata/finalizers/${index}`, value },
  { op: "remove", path: `/metadata/finalizers/${index}` },
];

const cases: Record<string, {
  has?: Partial<ObjectMeta>;
  act: (metadata: ObjectMeta) => JsonPatchOp[];
  operations: JsonPatchOp[];
}> = {
  "the first finalizer makes the list": {
    act: (metadata) => addFinalizer(metadata, OURS),
    operations: [{ op: "add", path: "/metadata/finalizers", value: [OURS] }],
  },
  "an empty list is made anew": {
    has: { finalizers: [] },
    act: (metadata) => addFinalizer(metadata, OURS),
    operations: [{ op: "add", path: "/metadata/finalizers", value: [OURS] }],
  },
  "another finalizer is put behind those that are there": {
    has: { finalizers: ["theirs"] },
    act: (metadata) => addFinalizer(metadata, OURS),
    operations: [{ op: "add", path: "/metadata/finalizers/-", value: OURS }],
  },
  "a finalizer that is there costs no write": {
    has: { finalizers: ["theirs", OURS] },
    act: (metadata) => addFinalizer(metadata, OURS),
    operations: [],
  },
  "annotations go along with the finalizer, or alone": {
    has: { finalizers: [OURS], annotations: {} },
    act: (metadata) => addFinalizer(metadata, OURS, { creating: "u" }),
    operations: [{ op: "add", path: "/metadata/annotations/creating", value: "u" }],
  },
  "the first annotations make the map": {
    act: (metadata) => setAnnotations(metadata, { "a/b": "1", c: "2" }),
    operations: [{ op: "add", path: "/metadata/annotations", value: { "a/b": "1", c: "2" } }],
  },
  "an annotation's name is escaped as a pointer": {
    has: { annotations: { x: "1" } },
    act: (metadata) => setAnnotations(metadata, { "test.dev/a~b/c": "1" }),
    operations: [{ op: "add", path: "/metadata/annotations/test.dev~1a~0b~1c", value: "1" }],
  },
  "only annotations that differ are set": {
    has: { annotations: { a: "1", b: "1" } },
    act: (metadata) => setAnnotations(metadata, { a: "1", b: "2" }),
    operations: [{ op: "add", path: "/metadata/annotations/b", value: "2" }],
  },
  "no annotations to set cost no write": {
    act: (metadata) => setAnnotations(metadata, {}),
    operations: [],
  },
  "annotations that match are removed, escaped": {
    has: { annotations: { "old.dev/x": "1", "old.dev/y": "", kept: "1" } },
    act: (metadata) => removeAnnotations(metadata, (name) => name.startsWith("old.dev/")),
    operations: [
      { op: "remove", path: "/metadata/annotations/old.dev~1x" },
      { op: "remove", path: "/metadata/annotations/old.dev~1y" },
    ],
  },
  "no annotations are none to remove": {
    act: (metadata) => removeAnnotations(metadata, () => true),
    operations: [],
  },
  "a finalizer is removed by its index, behind a test": {
    has: { finalizers: ["theirs", OURS] },
    act: (metadata) => removeFinalizers(metadata, [OURS]),
    operations: test(1, OURS),
  },
  "several finalizers are removed from the back, others stay": {
    has: { finalizers: [OURS, "theirs", "old"] },
    act: (metadata) => removeFinalizers(metadata, [OURS, "old"]),
    operations: [...test(2, "old"), ...test(0, OURS)],
  },
  "a finalizer that is not there costs no write": {
    has: { finalizers: ["theirs"] },
    act: (metadata) => removeFinalizers(metadata, [OURS]),
    operations: [],
  },
  "an object without finalizers costs no write": {
    act: (metadata) => removeFinalizers(metadata, [OURS]),
    operations: [],
  },
};

for (const [fact, { has = {}, act, operations }] of Object.entries(cases)) {
  Deno.test(fact, () => assert.deepEqual(act({ ...thing("a").metadata, ...has }), operations));
}
