import assert from "node:assert/strict";
import fc from "fast-check";
import { Backoff } from "../../../lib/kube/backoff.ts";

Deno.test("waits double up to the longest, and start anew after a reset", () => {
  const backoff = new Backoff({ baseMs: 100, mostMs: 1_000, random: () => 1 });
  const next = (count: number) => Array.from({ length: count }, () => backoff.next());
  assert.deepEqual(next(6), [100, 200, 400, 800, 1_000, 1_000]);
  backoff.reset();
  assert.deepEqual(next(2), [100, 200]);
});

Deno.test("a wait is never shorter than half of its turn, nor longer than the longest", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(random, fc.integer({ min: 0, max: 3_000 }), (random, failures) => {
    const backoff = new Backoff({ baseMs: 800, mostMs: 30_000, random: () => random });
    for (let failure = 0; failure < failures; failure++) backoff.next();
    const turn = Math.min(800 * 2 ** failures, 30_000);
    const wait = backoff.next();
    assert.ok(wait >= turn / 2 && wait <= turn, `${wait} of ${turn}`);
  }));
});
