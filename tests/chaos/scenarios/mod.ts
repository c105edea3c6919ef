import type { ChaosScenario } from "../scenario.ts";
import { bucketScenarios } from "./buckets.ts";
import { identityScenarios } from "./identities.ts";
import { keyScenarios } from "./keys.ts";
import { removalScenarios } from "./removals.ts";

/** What people do with every kind: create, update of each field, rotate, delete. */
export const chaosScenarios: readonly ChaosScenario[] = [
  ...bucketScenarios,
  ...identityScenarios,
  ...keyScenarios,
  ...removalScenarios,
];

/** @throws RangeError where there is none of the name */
export function scenarioOf(name: string): ChaosScenario {
  const found = chaosScenarios.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`No scenario "${name}"`);
  return found;
}
