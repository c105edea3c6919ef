import { type CleanRun, type CrashPoint, crashPoints } from "../crash_matrix.ts";
import type { Meddler } from "../gate.ts";
import { type Broken, brokenAtRest } from "../invariants.ts";
import { complaints, type Outcome } from "../outcome.ts";
import { choose, type Run, type Sample } from "../part.ts";
import { type ChaosScenario, prepare } from "../scenario.ts";
import { ofKind, type Sight } from "../sight.ts";
import { difference, snapshot } from "../snapshot.ts";
import { watched } from "../watched.ts";
import type { Lane } from "./lane.ts";
import { deadPairs } from "./pairs.ts";
import { dropped } from "./proxy.ts";
import { RealWorld } from "./world.ts";

/** What came of one point; a request that never came this time was no reason to kill. */
export interface RealRun extends Run {
  readonly reached: boolean;
}

/** Plays a scenario undisturbed, then with the operator killed at every point, or at those of a sample. */
export async function* playScenario(
  lane: Lane,
  scenario: ChaosScenario,
  sample?: Sample,
): AsyncGenerator<RealRun> {
  const clean = await playClean(lane, scenario);
  for (const point of choose(crashPoints(clean), sample)) yield await playCrash(lane, scenario, { point, clean });
}

/** Plays the scenario undisturbed. @throws Error where even that breaks a rule */
export async function playClean(lane: Lane, scenario: ChaosScenario): Promise<CleanRun> {
  await using world = await RealWorld.start(lane);
  await prepare(world, scenario);
  const { proxy } = lane;
  const from = proxy.sent.length;
  await scenario.act(world);
  let unsettled = await world.restForGood();
  const requests = proxy.sent.slice(from);
  if (scenario.afterwards) {
    await scenario.afterwards(world);
    unsettled = await world.restForGood();
  }
  const sight = await world.see();
  const outcome: Outcome = { broken: brokenAtRest(sight), unsettled, difference: [], log: world.log };
  const wrong = complaints(outcome);
  if (wrong.length > 0) {
    throw new Error(
      `${scenario.name} goes wrong without any crash: ${wrong.join("; ")}\n${world.log.slice(-40).join("\n")}`,
    );
  }
  await world.removeAll();
  return { state: snapshot(sight), requests };
}

/** Plays the scenario, kills the operator at the point, starts another one, and takes all away in the end. */
export async function playCrash(
  lane: Lane,
  scenario: ChaosScenario,
  { point, clean }: { readonly point: CrashPoint; readonly clean: CleanRun },
): Promise<RealRun> {
  await using world = await RealWorld.start(lane);
  await prepare(world, scenario);
  const broken: Broken[] = [];
  const crash = killing(world, { point, clean, broken });
  lane.proxy.meddle = crash.meddle;
  await scenario.act(world);
  await world.restForGood();
  // A request that came less often this time may come in what follows, where nobody starts another operator.
  lane.proxy.meddle = crash.watch;
  await scenario.afterwards?.(world);
  if (world.isKilled) await world.startOperator();
  const unsettled = await world.restForGood();
  const sight = await world.see();
  broken.push(...brokenAtRest(sight), ...await deadPairs(lane, sight));
  const outcome = { broken, unsettled, difference: difference(clean.state, snapshot(sight)), log: world.log };
  if (complaints(outcome).length === 0) {
    outcome.unsettled.push(...await world.removeAll());
    broken.push(...brokenAtRest(withoutKept(await world.see(), sight)));
  }
  const name = clean.requests[point.at - 1];
  return { point: `killed ${point.when} ${name}, number ${point.at}`, outcome, reached: crash.reached() };
}

/** What is left, but for the buckets that were to stay. */
function withoutKept(left: Sight, before: Sight): Sight {
  const kept = ofKind(before, "Bucket").filter(({ spec }) => spec.deletionPolicy !== "Delete").map(({ spec }) =>
    spec.name
  );
  return { ...left, buckets: new Map([...left.buckets].filter(([name]) => !kept.includes(name))) };
}

/** Kills the operator around the request that has the name, and came as often before as in the clean run. */
function killing(
  world: RealWorld,
  { point: { at, when }, clean, broken }: {
    readonly point: CrashPoint;
    readonly clean: CleanRun;
    readonly broken: Broken[];
  },
): { readonly meddle: Meddler; readonly watch: Meddler; reached(): boolean } {
  const wanted = clean.requests[at - 1];
  let left = clean.requests.slice(0, at).filter((name) => name === wanted).length;
  const watch = watched(world, broken);
  const meddle: Meddler = async (passing, next) => {
    if (passing.number === 0 || passing.name !== wanted || --left !== 0) return await watch(passing, next);
    if (when === "after") await (await watch(passing, next)).body?.cancel();
    await world.killOperator();
    return dropped();
  };
  return { meddle, watch, reached: () => left <= 0 };
}
