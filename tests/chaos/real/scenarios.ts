import type { ChaosScenario } from "../scenario.ts";
import { chaosScenarios } from "../scenarios/mod.ts";

/** Scenarios that moto cannot show: it refuses policies of version 2008-10-17. */
const NOT_AT_MOTO = /^(User|IAMPolicy): the policy's version/;

/** What is played with a real process. */
export const realScenarios: readonly ChaosScenario[] = chaosScenarios.filter(({ name }) => !NOT_AT_MOTO.test(name));
