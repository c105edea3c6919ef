import assert from "node:assert/strict";
import { boundedLabel } from "../../../lib/telemetry/labels.ts";

Deno.test("boundedLabel() passes the first values on for ever, and every other as other", () => {
  const label = boundedLabel(2);
  assert.deepEqual(["a", "b", "c", "a", "b", "c", "d"].map(label), ["a", "b", "other", "a", "b", "other", "other"]);
});

for (const value of ["", "two\nlines", 'with "quotes"', "with {braces}", "ünicode", "x".repeat(257)]) {
  Deno.test(`boundedLabel() takes ${JSON.stringify(value).slice(0, 30)} for no label`, () => {
    assert.equal(boundedLabel(10)(value), "other");
  });
}

for (const value of ["AccessDenied", "team-a/wasabi", "Throttling.User", "s3:GetObject", "HTTP 500", "x".repeat(256)]) {
  Deno.test(`boundedLabel() takes ${value.slice(0, 30)} as it is`, () => assert.equal(boundedLabel(10)(value), value));
}

Deno.test("boundedLabel() gives no room away to what is no label", () => {
  const label = boundedLabel(1);
  label("two\nlines");
  assert.equal(label("a"), "a");
});
