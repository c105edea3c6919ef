import { type CleanRun, playClean, untilLastChange } from "./crash_matrix.ts";
import { allFaults, type ChaosFault, fail } from "./faults.ts";
import { isWatch, type Meddler } from "./gate.ts";
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
  /** Counts from 1, over all requests but watches, reads of Kubernetes too. */
  readonly at: number;
  readonly fault: ChaosFault;
  readonly times: number;
}

/** More than an operator tries in one pass. */
const REPEATED = 8;
/** Each request meets every twelfth fault, and those after it the others: twelve requests meet them all. */
const EVERY = 12;
const SEED = 11;

/** Every request of every scenario, failing in some ways, once or again and again. */
export const faultMatrix: Part = faultPart("faults", someFaults);

/** Every request of every scenario, failing in every way, once and again and again: hours. */
export const everyFault: Part = faultPart("every fault", eachFault);

function faultPart(name: string, points: (requests: number, offset: number) => readonly FaultPoint[]): Part {
  return {
    name,
    jobs: chaosScenarios.map(({ name }) => name),
    async *play(job, sample) {
      const scenario = scenarioOf(job);
      const clean = await playClean(scenario);
      const requests = await requestsOf(scenario);
      const number = chaosScenarios.indexOf(scenario);
      const seeded = sample && { ...sample, seed: sample.seed + SEED + number };
      // With the same offset for all scenarios, all first requests would meet the same faults.
      for (const point of choose(points(requests.length, number), seeded)) {
        const { at, fault, times } = point;
        const outcome = await playFault(scenario, point, { clean, requests });
        yield { point: `request ${at}, ${requests[at - 1]}: ${fault.name}, ${times} times`, outcome };
      }
    },
  };
}

/** Some faults for each request, other ones for the next; each by turns once and repeated. */
function someFaults(requests: number, offset: number): FaultPoint[] {
  return Array.from({ length: requests }, (_, index) =>
    allFaults.flatMap((fault, kind) => {
      const turn = (index + kind + offset) / EVERY;
      return Number.isInteger(turn) ? [{ at: index + 1, fault, times: turn % 2 === 0 ? 1 : REPEATED }] : [];
    })).flat();
}

function eachFault(requests: number): FaultPoint[] {
  const ways = allFaults.flatMap((fault) => [1, REPEATED].map((times) => ({ fault, times })));
  return Array.from({ length: requests }, (_, index) => ways.map((way) => ({ at: index + 1, ...way }))).flat();
}

/** Names of all requests of an undisturbed run, watches apart, up to the last one that changes something. */
export async function requestsOf(scenario: ChaosScenario): Promise<string[]> {
  await using world = await ChaosWorld.start();
  await prepare(world, scenario);
  const names: string[] = [];
  world.operator.gate.meddle = async (passing, next) => {
    if (!isWatch(passing)) names.push(passing.name);
    return await next();
  };
  await scenario.act(world);
  await world.rest();
  return untilLastChange(names);
}

/**
 * Plays the scenario; the request at the point, and those like it that follow, fail. Whatever came of it, all is put
 * right once the failures are over.
 */
export async function playFault(
  scenario: ChaosScenario,
  { at, fault, times }: FaultPoint,
  { clean, requests, sabotage }: {
    readonly clean: CleanRun;
    readonly requests: readonly string[];
    readonly sabotage?: Meddler;
  },
): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  world.sabotage = sabotage;
  await prepare(world, scenario);
  const broken: Broken[] = [];
  let [seen, left] = [0, times];
  const meddle: Meddler = async (passing, next) => {
    if (!isWatch(passing)) seen++;
    const isHit = !isWatch(passing) && seen >= at && passing.name === requests[at - 1] && left > 0;
    if (!isHit) return await watched(world, broken)(passing, next);
    left--;
    return await fail(fault, passing, next);
  };
  world.operator.gate.meddle = meddle;
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
  // What a service says it does not have may stay as it was: a setting of a bucket, tags of a user.
  const mayDiffer = (line: string) =>
    fault.name === "501" && /^(missing|too much): (bucket |user \S+\.tags\.)/.test(line);
  return { ...outcome, difference: outcome.difference.filter((line) => !mayDiffer(line)) };
}
