import type { ChaosScenario } from "../scenario.ts";
import { chaosScenarios } from "../scenarios/mod.ts";

/** Scenarios that moto cannot show, each with the reason. */
const NOT_AT_MOTO: Readonly<Record<string, string>> = {
  "User: the policy's version, and who may refer to it, change": "moto refuses version 2008-10-17",
};

/** What is played with a real process. */
export const realScenarios: readonly ChaosScenario[] = chaosScenarios.filter(({ name }) => !(name in NOT_AT_MOTO));
