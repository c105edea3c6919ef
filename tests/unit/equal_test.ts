import fc from "fast-check";
import assert from "node:assert/strict";
import { equal } from "../../lib/equal.ts";

const CASES: Readonly<Record<string, readonly [boolean, unknown, unknown]>> = {
  "an undefined member and an absent one": [true, { a: 1, b: undefined }, { a: 1 }],
  "an undefined member and null": [false, { a: undefined }, { a: null }],
  "null and an empty object": [false, null, {}],
  "null and undefined": [false, null, undefined],
  "an empty list and an empty object": [false, [], {}],
  "a list and an object with its indices": [false, ["a"], { 0: "a" }],
  "members in another order": [true, { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
  "items in another order": [false, [1, 2], [2, 1]],
  "a list and a longer one": [false, [1], [1, 2]],
  "a number and its text": [false, 1, "1"],
  "zero and minus zero": [true, 0, -0],
  "not a number twice": [true, NaN, NaN],
  "a member called __proto__": [false, JSON.parse('{"__proto__":1}'), {}],
  "a member called constructor": [false, { constructor: 1 }, {}],
};

for (const [what, [expected, a, b]] of Object.entries(CASES)) {
  Deno.test(`equal() says ${expected} of ${what}`, () => {
    assert.equal(equal(a, b), expected);
    assert.equal(equal(b, a), expected);
  });
}

/** The value with the members of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)]));
}

Deno.test("equal() holds for a copy, and for one with its members in another order", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.equal(equal(value, JSON.parse(JSON.stringify(value))), true);
    assert.equal(equal(value, reversed(value)), true);
  }));
});

/** Text that differs where the values do, members sorted. */
function spelling(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelling)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${spelling(member)}`);
  return `{${members.sort()}}`;
}

Deno.test("equal() agrees with the values' text", () => {
  const small = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom("a", "b") });
  fc.assert(fc.property(small, small, (a, b) => assert.equal(equal(a, b), spelling(a) === spelling(b))), {
    numRuns: 1_000,
  });
});
