import assert from "node:assert/strict";
import { parseSelector } from "../../../lib/kube/selector.ts";

type Labels = Readonly<Record<string, string>>;

/** Labels that each selector matches, and labels that it does not. */
const selectors: Readonly<Record<string, { readonly yes: readonly Labels[]; readonly no: readonly Labels[] }>> = {
  "a": { yes: [{ a: "" }, { a: "1", b: "2" }], no: [{}, { b: "1" }] },
  "!a": { yes: [{}, { b: "1" }], no: [{ a: "" }] },
  "a=1": { yes: [{ a: "1" }], no: [{}, { a: "2" }, { a: "" }] },
  "a==1": { yes: [{ a: "1" }], no: [{}] },
  "a=": { yes: [{ a: "" }], no: [{}, { a: "1" }] },
  "a!=1": { yes: [{}, { a: "2" }], no: [{ a: "1" }] },
  "a in (1, 2)": { yes: [{ a: "1" }, { a: "2" }], no: [{}, { a: "3" }] },
  "a notin (1,2)": { yes: [{}, { a: "3" }], no: [{ a: "1" }, { a: "2" }] },
  "sharding.example.com/key=1": { yes: [{ "sharding.example.com/key": "1" }], no: [{ key: "1" }] },
  " a = 1 , b in (2,3), !c ": { yes: [{ a: "1", b: "3" }], no: [{ a: "1" }, { a: "1", b: "2", c: "" }] },
  "constructor": { yes: [{ constructor: "1" }], no: [{}] },
};

for (const [text, { yes, no }] of Object.entries(selectors)) {
  Deno.test(`selector "${text}" matches as in Kubernetes`, () => {
    const selector = parseSelector(text);
    for (const labels of yes) assert.ok(selector.matches(labels), JSON.stringify(labels));
    for (const labels of no) assert.ok(!selector.matches(labels), JSON.stringify(labels));
    assert.equal(selector.text, text.trim());
  });
}

Deno.test("a selector names the labels that it looks at, each once", () => {
  assert.deepEqual(parseSelector("a!=1,a!=2, b in (c,d), !e").keys, ["a", "b", "e"]);
});

Deno.test("a selector matches objects without labels by what they lack", () => {
  assert.deepEqual(["!a", "a"].map((text) => parseSelector(text).matches(undefined)), [true, false]);
});

for (
  const text of ["", "a,", "a b", "a=b=c", "a>1", "in (a)", "a in b", "a in (b", "-a", "a=-b", "a in (b c)", "a/b/c"]
) {
  Deno.test(`"${text}" is refused as a selector`, () => {
    assert.throws(
      () => parseSelector(text),
      (error) => error instanceof SyntaxError && /is no part/.test(error.message),
    );
  });
}
