import { playClean } from "../crash_matrix.ts";
import { isWatch, type Meddler } from "../gate.ts";
import { type Broken, brokenAtRest } from "../invariants.ts";
import type { Outcome } from "../outcome.ts";
import { choose, type Part } from "../part.ts";
import { type ChaosScenario, prepare } from "../scenario.ts";
import { scenarioOf } from "../scenarios/mod.ts";
import { accessKey, user } from "../scenarios/objects.ts";
import { difference, snapshot } from "../snapshot.ts";
import { ChaosWorld } from "../world.ts";
import { isChange, isLeaseRequest } from "./law.ts";
import { Replicas, type Strike } from "./replicas.ts";
import { type Trouble, troubles } from "./troubles.ts";

/** The n-th request of the leader, or its n-th for the lease, what befalls it then, and whose clock is how far off. */
export interface ReplicaPoint {
  readonly at: number;
  readonly of: "all requests" | "requests for the lease";
  readonly trouble: Trouble;
  readonly clocks: Clocks;
}

interface Clocks {
  readonly name: string;
  readonly aheadMs: readonly number[];
}

/** What a scenario comes to with two replicas that nothing befalls. */
export interface CleanPair {
  /** Where one operator alone leads to. */
  readonly state: readonly string[];
  /** The leader's requests that count, up to the last one that changes something. */
  readonly requests: readonly string[];
  readonly keysMade: number;
}

const HOUR_MS = 3_600_000;
const CLOCKS: readonly Clocks[] = [[0, 1], [1, -1], [-25, 25], [25, 0]].map((hours) => ({
  name: `clocks ${hours.map((each) => `${each} h`).join(" and ")} off`,
  aheadMs: hours.map((each) => each * HOUR_MS),
}));

/** A request for the lease and one that renews it. */
const LEASE_REQUESTS = 2;
const WRITES_SECRET = /^(POST|PATCH|PUT) .*\/secrets\b/;
/** So many troubles at each other request: with the next ones all have been met. */
const EACH = 5;

const scenarios: readonly ChaosScenario[] = [
  ...[
    "AccessKey: create",
    "AccessKey: rotate by annotation",
    "AccessKey: rotate without any overlap",
    "AccessKey: delete in the overlap",
    "Bucket with all settings: create",
    "Bucket, auto-managed: create",
    "Bucket, auto-managed: delete",
  ].map(scenarioOf),
  {
    name: "AccessKey that rotates every day: nothing is to be done",
    given: [user(), accessKey({ rotate: { enabled: true, intervalDays: 1 } })],
    act: () => Promise.resolve(),
  },
];

/** Two operators with leader election, the leader frozen or cut off at every request, their clocks hours apart. */
export const twoReplicas: Part = {
  name: "two replicas",
  jobs: scenarios.map(({ name }) => name),
  sampled: 4,
  async *play(job, sample) {
    const scenario = scenarios.find(({ name }) => name === job)!;
    const clean = await playCleanPair(scenario);
    for (const point of choose(replicaPoints(clean), sample)) {
      const { at, of, trouble, clocks } = point;
      const request = of === "all requests"
        ? `request ${at}, ${clean.requests[at - 1]}`
        : `request ${at} for the lease`;
      yield { point: `${request}: ${trouble.name}; ${clocks.name}`, outcome: await playPair(scenario, point, clean) };
    }
  },
};

/** Plays the scenario with two replicas undisturbed. @throws Error where even that goes wrong */
export async function playCleanPair(scenario: ChaosScenario): Promise<CleanPair> {
  const { state } = await playClean(scenario);
  await using world = await ChaosWorld.start();
  const replicas = await pairIn(world, scenario, { aheadMs: CLOCKS[0]!.aheadMs });
  const requests: string[] = [];
  let last = 0;
  replicas.strike = (process, passing, next) => {
    if (process === replicas.law.holder && !isLeaseRequest(passing)) requests.push(passing.name);
    if (isChange(passing)) last = requests.length;
    return next();
  };
  await scenario.act(world);
  const unsettled = await replicas.rest();
  replicas.stop();
  const wrong = [...unsettled, ...difference(state, snapshot(world.see())), ...replicas.broken.map(({ what }) => what)];
  if (wrong.length > 0) throw new Error(`${scenario.name} goes wrong with two replicas: ${wrong.join("; ")}`);
  return { state, requests: requests.slice(0, last), keysMade: replicas.keysMade };
}

/** Plays the scenario with two replicas, lets the trouble befall the leader, and waits for rest. */
export async function playPair(
  scenario: ChaosScenario,
  { at, of, trouble, clocks }: ReplicaPoint,
  clean: CleanPair,
  { unfenced = false, sabotage }: { readonly unfenced?: boolean; readonly sabotage?: Meddler } = {},
): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  world.sabotage = sabotage;
  const replicas = await pairIn(world, scenario, { ...clocks, unfenced });
  const isOfLease = of === "requests for the lease";
  let seen = 0;
  const strike: Strike = async (process, passing, next) => {
    const counts = process === replicas.law.holder && isLeaseRequest(passing) === isOfLease && !isWatch(passing);
    if (!counts || ++seen !== at) return await next();
    const expected = clean.requests[at - 1];
    if (!isOfLease && passing.name !== expected) {
      throw new Error(`Request ${at} is ${passing.name} this time, and was ${expected}: not deterministic`);
    }
    return await trouble.strike(replicas, process, passing, next);
  };
  replicas.strike = strike;
  await scenario.act(world);
  const unsettled = await replicas.rest();
  replicas.stop();
  const sight = world.see();
  const befell = seen >= at ? [] : [`there was no request ${at} of ${of}`];
  return {
    broken: [...replicas.broken, ...brokenAtRest(sight), ...madeTwice(replicas.keysMade, clean, { at, of })],
    unsettled: [...unsettled, ...befell],
    difference: difference(clean.state, snapshot(sight)),
    log: replicas.log,
  };
}

/**
 * Some troubles at each request of a clean run, others at the next, and all of them at requests for the lease; whose
 * clock is off changes with each.
 */
export function replicaPoints({ requests }: CleanPair): ReplicaPoint[] {
  const lease = Array.from(
    { length: LEASE_REQUESTS },
    (_, index) => troubles.map((trouble) => ({ at: index + 1, of: "requests for the lease", trouble }) as const),
  );
  const all = requests.map((_, index) =>
    Array.from({ length: EACH }, (_, turn) => {
      const trouble = troubles[(index * EACH + turn) % troubles.length]!;
      return { at: index + 1, of: "all requests", trouble } as const;
    })
  );
  return [...lease, ...all].flat().map((point, index) => ({ ...point, clocks: CLOCKS[index % CLOCKS.length]! }));
}

async function pairIn(
  world: ChaosWorld,
  scenario: ChaosScenario,
  options: { readonly aheadMs: readonly number[]; readonly unfenced?: boolean },
): Promise<Replicas> {
  await prepare(world, scenario);
  world.killOperator();
  const replicas = await Replicas.start(world, options);
  const unsettled = await replicas.rest();
  if (unsettled.length > 0) throw new Error(`Not at rest before it began: ${unsettled.join("; ")}`);
  replicas.keysMade = 0;
  return replicas;
}

/** A key whose secret was lost on its way is swept and made once more; all else would be two leaders' work. */
function madeTwice(keysMade: number, clean: CleanPair, point: Pick<ReplicaPoint, "at" | "of">): Broken[] {
  const allowed = clean.keysMade + (mayLoseKey(clean, point) ? 1 : 0);
  if (keysMade <= allowed) return [];
  return [{ rule: "key made twice", what: `${keysMade} keys were made, and ${allowed} would do` }];
}

/**
 * Whether the request falls between a key that is made, which may be on its way beside it, and the Secret that keeps
 * the key; one for the lease may.
 */
function mayLoseKey({ requests }: CleanPair, { at, of }: Pick<ReplicaPoint, "at" | "of">): boolean {
  if (of === "requests for the lease") return true;
  const made = requests.slice(0, at + 1).findLastIndex((name) => name.startsWith("iam:CreateAccessKey"));
  return made >= 0 && !requests.slice(made, at - 1).some((name) => WRITES_SECRET.test(name));
}
