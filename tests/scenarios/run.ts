import { accessKeyScenarios } from "./cases/access_keys.ts";
import { badInputScenarios } from "./cases/bad_input.ts";
import { bucketScenarios } from "./cases/buckets.ts";
import { clusterScenarios } from "./cases/cluster.ts";
import { deletionScenarios } from "./cases/deletion.ts";
import { existingBucketScenarios } from "./cases/existing_buckets.ts";
import { fieldScenarios } from "./cases/fields.ts";
import { identityScenarios } from "./cases/identities.ts";
import { limitScenarios } from "./cases/limits.ts";
import { metricScenarios } from "./cases/metrics.ts";
import { rotationScenarios } from "./cases/rotation.ts";
import { rotationBadInputScenarios } from "./cases/rotation_bad_input.ts";
import { secrecyScenarios } from "./cases/secrecy.ts";
import { tenancyScenarios } from "./cases/tenancy.ts";
import { shardScenarios } from "./cases/shards.ts";
import { takeoverScenarios } from "./cases/takeover.ts";
import { takeoverAgainScenarios } from "./cases/takeover_again.ts";
import { takeoverDeletionScenarios } from "./cases/takeover_deletion.ts";
import { takeoverKeyScenarios } from "./cases/takeover_keys.ts";
import { Stage } from "./stage.ts";
import { fits, type Scenario, type World } from "./world.ts";

export const allScenarios: readonly Scenario[] = [
  ...bucketScenarios,
  ...fieldScenarios,
  ...identityScenarios,
  ...accessKeyScenarios,
  ...rotationScenarios,
  ...rotationBadInputScenarios,
  ...deletionScenarios,
  ...badInputScenarios,
  ...existingBucketScenarios,
  ...limitScenarios,
  ...secrecyScenarios,
  ...tenancyScenarios,
  ...metricScenarios,
  ...clusterScenarios,
  ...shardScenarios,
  ...takeoverScenarios,
  ...takeoverAgainScenarios,
  ...takeoverKeyScenarios,
  ...takeoverDeletionScenarios,
];

const LONGEST_MS = 120_000;

export interface ScenariosOptions<W extends World> {
  readonly name: string;
  readonly only?: (scenario: Scenario) => boolean;
  /** What must hold of the world after all of them, by the fact that it shows. */
  readonly afterwards?: Readonly<Record<string, (world: W) => Promise<void> | void>>;
}

/** Runs scenarios one after the other in one world; each has namespaces and names of its own. */
export function scenarios<W extends World>(
  start: () => Promise<W>,
  { name, only = () => true, afterwards = {} }: ScenariosOptions<W>,
): void {
  Deno.test(`scenarios: ${name}`, async (test) => {
    const world = await start();
    try {
      for (const scenario of allScenarios) {
        if (!fits(scenario, world) || !only(scenario)) continue;
        await test.step(scenario.fact, () => within(LONGEST_MS, () => play(scenario, world)));
      }
      for (const [fact, check] of Object.entries(afterwards)) await test.step(fact, () => check(world));
    } finally {
      await world.close();
    }
  });
}

async function play(scenario: Scenario, world: World): Promise<void> {
  await using stage = new Stage(world);
  await scenario.run(stage);
}

/** Fails a scenario that hangs, its end included: without it the whole run would only say nothing. */
async function within(ms: number, work: () => Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The scenario did not end within ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
