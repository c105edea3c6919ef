/** What tools of GitOps make of every version that objects ever have, in all that people do. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { API_VERSION } from "../../handlers/kinds.ts";
import { prepare } from "../chaos/scenario.ts";
import { chaosScenarios } from "../chaos/scenarios/mod.ts";
import { ChaosWorld, KINDS } from "../chaos/world.ts";
import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";
import { type Verdict, verdictsOn } from "./verdicts.ts";
import { wrong } from "./wrong.ts";

const HEALTH = {
  Current: "Healthy",
  InProgress: "Progressing",
  Failed: "Degraded",
  Terminating: "Progressing",
} as const;

/** All versions of all objects that a scenario leads to, the operator's start and end included. */
async function versionsOf(scenario: typeof chaosScenarios[number]): Promise<Loose[]> {
  await using world = await ChaosWorld.start();
  await prepare(world, scenario);
  await scenario.act(world);
  await world.rest();
  await scenario.afterwards?.(world);
  await world.rest();
  return KINDS.flatMap((kind) => world.versions(kind));
}

/** What kstatus must say, from the object alone. */
function expected({ metadata, status }: Loose): Verdict["kstatus"] {
  if (metadata.deletionTimestamp) return "Terminating";
  if (status.observedGeneration !== metadata.generation) return "InProgress";
  if (condition(status, "Ready")?.status === "True") return "Current";
  return condition(status, "Stalled")?.status === "True" ? "Failed" : "InProgress";
}

Deno.test("what 0.2.x left can be read, and is Healthy where it said so", async () => {
  const recording = await readFile(new URL("../scenarios/fixtures/cluster-0.2.x.yaml", import.meta.url), "utf8");
  const objects = parseAllDocuments(recording).map((document) => document.toJS())
    .filter(({ apiVersion }) => apiVersion === API_VERSION);
  assert.ok(objects.length > 5);
  const verdicts = await verdictsOn(objects);
  const isHealthy = objects.map(({ status }) => condition(status, "Ready")?.status === "True");
  assert.deepEqual(verdicts.map(({ argo }) => argo.status === "Healthy"), isHealthy);
});

Deno.test("every version of every object reads as what it is", async (test) => {
  const versions = new Map<string, Loose[]>();
  for (const scenario of chaosScenarios) versions.set(scenario.name, await versionsOf(scenario));
  const verdicts = await verdictsOn([...versions.values()].flat());
  for (const [name, objects] of versions) {
    const ours = verdicts.splice(0, objects.length);
    await test.step(name, () => {
      assert.ok(objects.length > 0);
      for (const [i, object] of objects.entries()) {
        const { kstatus, argo } = ours[i]!;
        const text = JSON.stringify(object);
        assert.deepEqual(wrong(object), [], text);
        assert.deepEqual(
          [kstatus, argo.status],
          [expected(object), HEALTH[expected(object) as keyof typeof HEALTH]],
          text,
        );
      }
    });
  }
});
