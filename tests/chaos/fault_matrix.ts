import { type CleanRun, playClean } from "./crash_matrix.ts";
import { allFaults, type ChaosFault, fail } from "./faults.ts";
import type { Meddler } from "./gate.ts";
import type { Broken } from "./invariants.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { choose, type Part } from "./part.ts";
import { type ChaosScenario, prepare } from "./scenario.ts";
import { chaosScenarios, scenarioOf } from "./scenarios/mod.ts";
import { watched } from "./watched.ts";
import { ChaosWorld } from "./world.ts";

/** A request, how it fails, and how many of the same name do so from then on. */
export interface FaultPoint {
  readonly at: number;
  readonly fault: ChaosFault;
  readonly times: number;
}

/** More than an operator tries in one pass. */
const REPEATED = 8;
/** Of all requests and faults of a scenario so many are played; every fault meets every kind of request somewhere. */
const CHOICE = { runs: 50, seed: 11 };

/** Every scenario, with requests that fail in every way, once and again and again. */
export const faultMatrix: Part = {
  name: "faults",
  jobs: chaosScenarios.map(({ name }) => name),
  async *play(job, sample = CHOICE) {
    const scenario = scenarioOf(job);
    const clean = await playClean(scenario);
    // The same for all scenarios would be the same faults for all first requests.
    const seed = sample.seed + chaosScenarios.indexOf(scenario);
    for (const point of choose(faultPoints(clean), { ...sample, seed })) {
      const { at, fault, times } = point;
      const outcome = await playFault(scenario, point, clean);
      yield { point: `request ${at}, ${clean.requests[at - 1]}: ${fault.name}, ${times} times`, outcome };
    }
  },
};

/** Every fault for every request of a clean run, once and repeated. */
export function faultPoints({ requests }: CleanRun): FaultPoint[] {
  return requests.flatMap((_, index) =>
    allFaults.flatMap((fault) => [1, REPEATED].map((times) => ({ at: index + 1, fault, times })))
  );
}

/**
 * Plays the scenario; the request at the point, and those like it that follow, fail. Whatever came of it, all is put
 * right once the failures are over.
 */
export async function playFault(
  scenario: ChaosScenario,
  { at, fault, times }: FaultPoint,
  clean: CleanRun,
): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  await prepare(world, scenario);
  const broken: Broken[] = [];
  const { gate } = world.operator;
  const from = gate.sent.length;
  const name = clean.requests[at - 1];
  let left = times;
  const meddle: Meddler = async (passing, next) => {
    const isHit = passing.number >= from + at && passing.name === name && left > 0;
    if (!isHit) return await watched(world, broken)(passing, next);
    left--;
    return await fail(fault, passing, next);
  };
  gate.meddle = meddle;
  await scenario.act(world);
  let unsettled = await world.rest();
  if (left > 0 || times > 1 || fault.name === "501") {
    left = 0;
    // What a service does not have is learnt for as long as the process lives.
    if (fault.name === "501") await world.startOperator();
    unsettled = await world.rest();
  }
  if (scenario.afterwards) {
    await scenario.afterwards(world);
    unsettled = await world.rest();
  }
  const outcome = judge(world, { clean, broken, unsettled });
  // What a service says it does not have may stay as it was.
  return fault.name === "501" ? { ...outcome, difference: [] } : outcome;
}
