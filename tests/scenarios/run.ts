import { accessKeyScenarios } from "./cases/access_keys.ts";
import { badInputScenarios } from "./cases/bad_input.ts";
import { bucketScenarios } from "./cases/buckets.ts";
import { deletionScenarios } from "./cases/deletion.ts";
import { identityScenarios } from "./cases/identities.ts";
import { Stage } from "./stage.ts";
import { fits, type Scenario, type World } from "./world.ts";

export const allScenarios: readonly Scenario[] = [
  ...bucketScenarios,
  ...identityScenarios,
  ...accessKeyScenarios,
  ...deletionScenarios,
  ...badInputScenarios,
];

/** Runs scenarios one after the other in one world; each has namespaces and names of its own. */
export function scenarios(
  start: () => Promise<World>,
  { name, only = () => true }: { readonly name: string; readonly only?: (scenario: Scenario) => boolean },
): void {
  Deno.test(`scenarios: ${name}`, async (test) => {
    const world = await start();
    try {
      for (const scenario of allScenarios) {
        if (!fits(scenario, world) || !only(scenario)) continue;
        await test.step(scenario.fact, async () => {
          await using stage = new Stage(world);
          await scenario.run(stage);
        });
      }
    } finally {
      await world.close();
    }
  });
}
