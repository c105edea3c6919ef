import assert from "node:assert/strict";
import fc from "fast-check";
import { keyOf } from "../../../lib/kube/object.ts";
import { ReferenceIndex } from "../../../lib/kube/reference_index.ts";

Deno.test("an index knows who refers to a token, once each, whatever was set before", () => {
  const referrer = fc.record({ kind: fc.constantFrom("A", "B"), key: fc.constantFrom("n/x", "n/y") });
  const tokens = fc.array(fc.constantFrom<string>("t", "u", "v"), { maxLength: 4 });
  fc.assert(fc.property(fc.array(fc.tuple(referrer, tokens)), tokens, (sets, asked) => {
    const index = new ReferenceIndex();
    const latest = new Map<string, readonly string[]>();
    for (const [referrer, tokens] of sets) {
      index.set(referrer, tokens);
      latest.set(`${referrer.kind} ${referrer.key}`, tokens);
    }
    const expected = [...latest].filter(([, tokens]) => tokens.some((token) => asked.includes(token)));
    const found = index.dependants(asked).map(({ kind, key }) => `${kind} ${key}`);
    assert.deepEqual(found.toSorted(), expected.map(([id]) => id).toSorted());
  }));
});

Deno.test("objects of two kinds with one key are two", () => {
  const index = new ReferenceIndex();
  for (const kind of ["A", "B"]) index.set({ kind, key: "n/x" }, ["t"]);
  index.set({ kind: "A", key: "n/x" }, []);
  assert.deepEqual(index.dependants(["t"]), [{ kind: "B", key: "n/x" }]);
});

Deno.test("a work key is namespace/name", () => {
  assert.equal(keyOf({ namespace: "team-a", name: "x.y-z" }), "team-a/x.y-z");
});
