import fc from "fast-check";
import assert from "node:assert/strict";
import { retryDelayMs, type RetryOptions } from "../../../lib/aws/retry.ts";

/** All waits of one call that never succeeds. */
function delays(options: RetryOptions, random: number): number[] {
  const found: number[] = [];
  for (let attempt = 1;; attempt++) {
    const delay = retryDelayMs(attempt, options, random);
    if (delay === undefined) return found;
    found.push(delay);
  }
}

for (
  const [backoffStrategy, expected] of [
    ["exponential", [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]],
    ["linear", [200, 400, 600, 800, 1_000, 1_200, 1_400, 1_600, 1_800]],
  ] as const
) {
  Deno.test(`retryDelayMs() grows ${backoffStrategy}, half of it jitter, up to ten seconds`, () => {
    assert.deepEqual(delays({ maxAttempts: 10, backoffStrategy }, 0).map((delay) => delay * 2), expected);
    const most = delays({ maxAttempts: 10, backoffStrategy }, 1 - Number.EPSILON);
    assert.ok(most.every((delay, at) => Math.abs(delay - expected[at]!) < 1e-6), `${most}`);
  });
}

Deno.test("retryDelayMs() gives one wait less than attempts", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 10 }),
    fc.constantFrom("linear" as const, "exponential" as const),
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    (maxAttempts, backoffStrategy, random) => {
      assert.equal(delays({ maxAttempts, backoffStrategy }, random).length, maxAttempts - 1);
    },
  ));
});
