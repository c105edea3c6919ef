import assert from "node:assert/strict";
import { crashPoints, playClean, playCrash } from "./crash_matrix.ts";
import type { Meddler } from "./gate.ts";
import { complaints } from "./outcome.ts";
import { scenarioOf } from "./scenarios/mod.ts";
import { comesLate, forgetsCreation, sweepsNothing } from "./seeded_bugs.ts";

/** All complaints over all crash points of a scenario, played by an operator with a bug. */
async function found(name: string, sabotage: Meddler): Promise<string[]> {
  const scenario = scenarioOf(name);
  const clean = await playClean(scenario, sabotage);
  const all: string[] = [];
  for (const point of crashPoints(clean)) {
    all.push(...complaints(await playCrash(scenario, point, { clean, sabotage })));
  }
  return all;
}

Deno.test("the crash matrix finds the key that leaks where nothing is swept", async () => {
  const all = await found("AccessKey: create", sweepsNothing);
  assert.ok(all.some((each) => each.startsWith("leaked key")), all.join("\n"));
});

Deno.test("the crash matrix finds the bucket that is refused where no creation is recorded", async () => {
  const all = await found("Bucket with all settings: create", forgetsCreation);
  assert.ok(all.some((each) => /AlreadyExists/.test(each)), all.join("\n"));
});

Deno.test("the crash matrix finds the bucket that is left where the finalizer comes after it", async () => {
  const all = await found("Bucket: create, delete while the operator is down", comesLate);
  assert.ok(all.some((each) => each.startsWith("orphan: bucket")), all.join("\n"));
});
