import { type CleanRun, playClean } from "./crash_matrix.ts";
import { isWatch, type Meddler } from "./gate.ts";
import { type Broken, brokenAtRest } from "./invariants.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { choose, type Part } from "./part.ts";
import { type ChaosScenario, prepare } from "./scenario.ts";
import { chaosScenarios, scenarioOf } from "./scenarios/mod.ts";
import { type Edited, editWatch, fateOf, isBookmark } from "./watch_stream.ts";
import { watched } from "./watched.ts";
import { ChaosWorld } from "./world.ts";

/** What happens to an event, or to the stream in its place. */
const KINDS = ["dropped", "doubled", "delayed past the next one", "stalled", "cut", "ended", "expired"] as const;
type Kind = typeof KINDS[number];

/** The n-th event, over the watches of all kinds, and what happens to it. */
interface EventPoint {
  readonly at: number;
  readonly kind: Kind;
}

const CHOICE = { runs: 30, seed: 23 };
const EXPIRED = JSON.stringify({
  type: "ERROR",
  object: { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Expired", message: "too old", code: 410 },
});

/** Every scenario, with events that are lost, doubled or late, and streams that stall, break, end or expire. */
export const watchFaults: Part = {
  name: "watch faults",
  jobs: chaosScenarios.map(({ name }) => name),
  seed: CHOICE.seed,
  async *play(job, sample = CHOICE) {
    const scenario = scenarioOf(job);
    const clean = await playClean(scenario);
    const events = await countEvents(scenario);
    const points = Array.from({ length: events }, (_, index) => KINDS.map((kind) => ({ at: index + 1, kind }))).flat();
    const seed = sample.seed + chaosScenarios.indexOf(scenario);
    for (const point of choose(points, { ...sample, seed })) {
      yield { point: `event ${point.at} is ${point.kind}`, outcome: await playWatchFault(scenario, point, clean) };
    }
  },
};

/** Plays the scenario; no watch of it has bookmarks, and one event meets its fate. */
async function playWatchFault(scenario: ChaosScenario, point: EventPoint, clean: CleanRun): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  const broken: Broken[] = [];
  const script = new EventScript(point);
  world.sabotage = script.meddle;
  await prepare(world, scenario);
  world.operator.gate.meddle = watched(world, broken);
  script.begin();
  await scenario.act(world);
  let unsettled = await world.rest();
  if (point.kind === "dropped" || point.kind === "delayed past the next one") {
    // Nobody can know of an event that never came, until the server has all listed again; but it does no harm.
    broken.push(...brokenAtRest(world.see()));
    world.kube.compact();
    world.kube.cutWatches();
    unsettled = await world.rest();
  }
  if (scenario.afterwards) {
    await scenario.afterwards(world);
    unsettled = await world.rest();
  }
  return judge(world, { clean, broken, unsettled });
}

async function countEvents(scenario: ChaosScenario): Promise<number> {
  await using world = await ChaosWorld.start();
  const script = new EventScript();
  world.sabotage = script.meddle;
  await prepare(world, scenario);
  script.begin();
  await scenario.act(world);
  await world.rest();
  return script.seen;
}

/** Numbers the events of all watches from its beginning on, and does to one of them what the point says. */
class EventScript {
  seen = 0;
  #begun = false;
  readonly #point: EventPoint | undefined;

  constructor(point?: EventPoint) {
    this.#point = point;
  }

  begin(): void {
    this.#begun = true;
  }

  readonly meddle: Meddler = async (passing, next) => {
    const response = await next();
    if (!isWatch(passing)) return response;
    const held: string[] = [];
    let isStalled = false;
    return editWatch(response, (line): Edited => {
      if (!this.#begun) return [line];
      if (isStalled) return "stall";
      if (isBookmark(line)) return [];
      const isPoint = ++this.seen === this.#point?.at;
      if (!isPoint) return [line, ...held.splice(0)];
      isStalled = this.#point.kind === "stalled";
      if (this.#point.kind === "expired") return [`${EXPIRED}\n`];
      if (this.#point.kind !== "delayed past the next one") return fateOf(line, this.#point.kind);
      held.push(line);
      return [];
    });
  };
}
