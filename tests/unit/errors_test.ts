import assert from "node:assert/strict";
import { BlockedError, FailedError, StalledError, WaitingError } from "../../lib/errors.ts";

const cause = new Error("inner");

const ERRORS = {
  WaitingError: new WaitingError("ProviderNotReady", "Provider a/b is not ready", { afterMs: 5 }),
  StalledError: new StalledError("PolicyInvalid", "statement is empty", { cause, conditionType: "PolicyInvalid" }),
  BlockedError: new BlockedError("BucketNotEmpty", "1 object is left", { cause, afterMs: 7 }),
  FailedError: new FailedError("RotationFailed", "the key was refused", { cause }),
};

for (const [name, error] of Object.entries(ERRORS)) {
  Deno.test(`${name} carries its reason and message, under its own name`, () => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.match(error.reason, /^[A-Z][A-Za-z]+$/);
    assert.equal(String(error), `${name}: ${error.message}`);
  });
}

for (const error of [ERRORS.StalledError, ERRORS.BlockedError, ERRORS.FailedError]) {
  Deno.test(`${error.name} keeps its cause`, () => assert.equal(error.cause, cause));
}

Deno.test("what is not said is absent", () => {
  assert.deepEqual(new WaitingError("UserNotReady", "a").options, {});
  assert.deepEqual(new StalledError("Conflict", "a").options, {});
  assert.deepEqual(new BlockedError("InUse", "a").options, {});
  assert.equal("cause" in new FailedError("UpdateFailed", "a"), false);
});

Deno.test("each kind of error is told from the others", () => {
  const kinds = [WaitingError, StalledError, BlockedError, FailedError];
  for (const error of Object.values(ERRORS)) assert.equal(kinds.filter((kind) => error instanceof kind).length, 1);
});
