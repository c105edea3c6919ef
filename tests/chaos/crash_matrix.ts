import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { choose, type Part } from "./part.ts";
import { type Broken, brokenAtRest } from "./invariants.ts";
import { Gate, type Meddler } from "./gate.ts";
import { type ChaosScenario, prepare } from "./scenario.ts";
import { chaosScenarios, scenarioOf } from "./scenarios/mod.ts";
import { snapshot } from "./snapshot.ts";
import { watched } from "./watched.ts";
import { ChaosWorld } from "./world.ts";

/** Where an operator is killed: around its n-th request that counts, from the scenario's beginning on. */
export interface CrashPoint {
  readonly at: number;
  /** `before` it is sent, or `after` it took effect and before its answer arrived. */
  readonly when: "before" | "after";
}

/** What a scenario comes to without any crash. */
export interface CleanRun {
  readonly state: readonly string[];
  /** Requests up to the last one that changes something. */
  readonly requests: readonly string[];
}

const PATIENCE_MS = 3_600_000;

/** Every scenario, with the operator killed at every point. */
export const crashMatrix: Part = {
  name: "crash points",
  jobs: chaosScenarios.map(({ name }) => name),
  async *play(job, sample) {
    const scenario = scenarioOf(job);
    const clean = await playClean(scenario);
    for (const point of choose(crashPoints(clean), sample)) {
      const outcome = await playCrash(scenario, point, { clean });
      yield { point: `killed ${point.when} request ${point.at}, ${clean.requests[point.at - 1]}`, outcome };
    }
  },
};

/** Plays the scenario undisturbed. @throws Error where even that breaks a rule */
export async function playClean(scenario: ChaosScenario, sabotage?: Meddler): Promise<CleanRun> {
  await using world = await ChaosWorld.start();
  world.sabotage = sabotage;
  await prepare(world, scenario);
  const { sent } = world.operator.gate;
  const from = sent.length;
  await scenario.act(world);
  let unsettled = await world.rest();
  const requests = untilLastChange(sent.slice(from));
  if (scenario.afterwards) {
    await scenario.afterwards(world);
    unsettled = await world.rest();
  }
  const wrong = [...brokenAtRest(world.see()).map(({ rule, what }) => `${rule}: ${what}`), ...unsettled];
  if (wrong.length > 0) throw new Error(`${scenario.name} goes wrong without any crash: ${wrong.join("; ")}`);
  return { state: snapshot(world.see()), requests };
}

/** Plays the scenario, kills the operator at the point, starts another one, and waits until that is at rest. */
export async function playCrash(
  scenario: ChaosScenario,
  { at, when }: CrashPoint,
  { clean, sabotage, second = (_, next) => next() }: {
    readonly clean: CleanRun;
    readonly sabotage?: Meddler;
    /** What the second operator meets. */
    readonly second?: Meddler;
  },
): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  world.sabotage = sabotage;
  await prepare(world, scenario);
  const broken: Broken[] = [];
  const { gate } = world.operator;
  const from = gate.sent.length;
  gate.meddle = async (passing, next) => {
    if (passing.number !== from + at) return await watched(world, broken)(passing, next);
    if (when === "after") await next();
    world.killOperator();
    return await Gate.never();
  };
  await scenario.act(world);
  await world.time.runUntil(() => gate.owner.dead, PATIENCE_MS);
  const [expected, sent] = [clean.requests[at - 1], gate.sent[from + at - 1]];
  if (sent !== expected) throw new Error(`Request ${at} is ${sent} this time, and was ${expected}: not deterministic`);
  await scenario.afterwards?.(world);
  const { gate: next } = await world.startOperator();
  const watch = watched(world, broken);
  next.meddle = (passing, send) => second(passing, (instead) => watch(passing, () => send(instead)));
  const unsettled = await world.rest();
  return judge(world, { clean, broken, unsettled });
}

/** Both points around every request of a clean run. */
export function crashPoints({ requests }: CleanRun): CrashPoint[] {
  return requests.flatMap((_, index) => (["before", "after"] as const).map((when) => ({ at: index + 1, when })));
}

/** Does a request of the name change anything? Events tell only what was done, and a review of permissions asks. */
export function changesSomething(name: string): boolean {
  return !/^(GET |iam:(Get|List)|s3:(GET|HEAD))|\/(events|selfsubjectrulesreviews)/.test(name);
}

/** The requests without those that follow the last one that changes something. */
export function untilLastChange(requests: readonly string[]): string[] {
  return requests.slice(0, requests.findLastIndex(changesSomething) + 1);
}
