import assert from "node:assert/strict";
import fc from "fast-check";
import { mergePatchOf } from "../../../lib/kube/merge_patch.ts";

type Fields = Record<string, unknown>;

const cases: Record<string, { current: Fields; wanted: Fields; patch: Fields | undefined }> = {
  "equal fields cost no write": { current: { a: 1, b: { c: [1] } }, wanted: { a: 1, b: { c: [1] } }, patch: undefined },
  "only what differs is sent": { current: { a: 1, b: 2 }, wanted: { a: 1, b: 3 }, patch: { b: 3 } },
  "fields that are not named stay": { current: { a: 1 }, wanted: {}, patch: undefined },
  "null takes a field away": { current: { a: 1 }, wanted: { a: null }, patch: { a: null } },
  "undefined takes a field away": { current: { a: 1 }, wanted: { a: undefined }, patch: { a: null } },
  "taking away what is not there costs no write": { current: {}, wanted: { a: null, b: undefined }, patch: undefined },
  "lists are sent whole": { current: { a: [1, 2] }, wanted: { a: [1] }, patch: { a: [1] } },
  "members that go need a null": {
    current: { a: { x: 1, y: 2 } },
    wanted: { a: { x: 1 } },
    patch: { a: { y: null } },
  },
  "members that go need a null at any depth": {
    current: { a: { b: { c: { x: 1, y: 2 }, d: 1 } } },
    wanted: { a: { b: { c: { x: 3 } } } },
    patch: { a: { b: { c: { x: 3, y: null }, d: null } } },
  },
  "an undefined member is an absent one": {
    current: { a: { x: 1, y: 2 } },
    wanted: { a: { x: 1, y: undefined } },
    patch: { a: { y: null } },
  },
  "a null member that is absent costs no write": {
    current: { a: { x: 1 } },
    wanted: { a: { x: 1, y: null } },
    patch: undefined,
  },
  "an object becomes empty": { current: { a: { x: 1 } }, wanted: { a: {} }, patch: { a: { x: null } } },
  "an object takes the place of a value": { current: { a: 1 }, wanted: { a: { x: 1 } }, patch: { a: { x: 1 } } },
  "a value takes the place of an object": { current: { a: { x: 1 } }, wanted: { a: "x" }, patch: { a: "x" } },
  "the order of members does not matter": {
    current: { a: { x: 1, y: 2 } },
    wanted: { a: { y: 2, x: 1 } },
    patch: undefined,
  },
  "false, 0 and the empty text are values": {
    current: {},
    wanted: { a: false, b: 0, c: "" },
    patch: { a: false, b: 0, c: "" },
  },
};

for (const [fact, { current, wanted, patch }] of Object.entries(cases)) {
  Deno.test(`mergePatchOf(): ${fact}`, () => assert.deepEqual(mergePatchOf(current, wanted), patch));
}

/** RFC 7386, as its section 2 has it. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Fields = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a server stores: no nulls and no undefined members outside lists. */
function stored(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null && member !== undefined)
      .map(([name, member]) => [name, stored(member)]),
  );
}

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    fc.constantFrom<unknown>(1, 2, "x", true, null, undefined),
    fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
}));
const fields = fc.dictionary(fc.constantFrom("a", "b", "c"), value);

Deno.test("a patch that is sent and applied as RFC 7386 says gives what was wanted, and then there is none", () => {
  fc.assert(
    fc.property(fields, fields, (current, wanted) => {
      const before = stored(current) as Fields;
      const patch = mergePatchOf(before, wanted);
      const after = patch ? mergePatch(before, JSON.parse(JSON.stringify(patch))) as Fields : before;
      const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !(name in wanted)));
      assert.deepEqual(after, { ...kept, ...stored(wanted) as Fields });
      assert.equal(mergePatchOf(after, wanted), undefined);
    }),
    { numRuns: 2_000 },
  );
});
