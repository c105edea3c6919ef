import { type CleanRun, playClean } from "./crash_matrix.ts";
import type { Meddler, Passing } from "./gate.ts";
import type { Broken } from "./invariants.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { choose, type Part } from "./part.ts";
import { type ChaosScenario, prepare } from "./scenario.ts";
import { againScenarios } from "./scenarios/again.ts";
import { chaosScenarios } from "./scenarios/mod.ts";
import { ChaosWorld, KINDS } from "./world.ts";

/** What a person does after the operator is down would not be in what the old server shows. */
const scenarios = [...againScenarios, ...chaosScenarios.filter(({ afterwards }) => afterwards === undefined)];
const CHOICE = { runs: 12, seed: 31 };
/** So long the server that an operator finds when it starts knows nothing newer. */
const STALE_MS = 5_000;

/** Every scenario, and then another operator whose API server shows for a while how things were in the midst of it. */
export const staleServers: Part = {
  name: "stale servers",
  jobs: scenarios.map(({ name }) => name),
  seed: CHOICE.seed,
  async *play(job, sample = CHOICE) {
    const scenario = scenarios.find(({ name }) => name === job)!;
    const clean = await playClean(scenario);
    const points = clean.requests.map((_, index) => index + 1);
    for (const at of choose(points, { ...sample, seed: sample.seed + scenarios.indexOf(scenario) })) {
      const point = `a server that has seen nothing after request ${at}, ${clean.requests[at - 1]}`;
      yield { point, outcome: await playStale(scenario, at, { clean }) };
    }
  },
};

/** Plays the scenario to its end, then starts an operator that is shown the lists as they were after a request. */
export async function playStale(
  scenario: ChaosScenario,
  at: number,
  { clean, sabotage }: {
    readonly clean: CleanRun;
    /** A bug of the second operator. */
    readonly sabotage?: Meddler;
  },
): Promise<Outcome> {
  await using world = await ChaosWorld.start();
  await prepare(world, scenario);
  const broken: Broken[] = [];
  const { gate } = world.operator;
  const from = gate.sent.length;
  let lists: ReadonlyMap<string, string> = new Map();
  gate.meddle = async (passing, next) => {
    const response = await next();
    if (passing.number === from + at) lists = await listAll(world);
    return response;
  };
  await scenario.act(world);
  await world.rest();
  world.sabotage = sabotage;
  const { gate: second } = await world.startOperator();
  const stale = showing(world, lists);
  const sparing = withoutLoss(broken);
  second.meddle = (passing, next) => stale(passing, () => sparing(passing, next));
  const unsettled = await world.rest();
  return judge(world, { clean, broken, unsettled });
}

/** All is as it should be already, so that whatever is deleted at the service belongs to an object that is new. */
function withoutLoss(broken: Broken[]): Meddler {
  return async ({ name, side }, next) => {
    const response = await next();
    const isDeletion = side === "aws" && /^(iam:(Delete|Detach|Remove)|s3:DELETE)/.test(name);
    if (isDeletion && response.ok) broken.push({ rule: "lost to an old object", what: name });
    return response;
  };
}

/** The lists of all kinds as they are now, by path. */
async function listAll({ admin }: ChaosWorld): Promise<Map<string, string>> {
  const lists = new Map<string, string>();
  for (const kind of KINDS) {
    const path = admin.pathOfAll(kind);
    lists.set(path, JSON.stringify(await admin.request("GET", path)));
  }
  return lists;
}

/** Answers the first list of each kind with an old one; what watches have to tell comes later. */
function showing({ time }: ChaosWorld, lists: ReadonlyMap<string, string>): Meddler {
  const left = new Map(lists);
  const end = time.elapsed + STALE_MS;
  return async (passing, next) => {
    const path = pathOfRead(passing);
    if (path === undefined || !lists.has(path)) return await next();
    if (new URL(passing.request.url).searchParams.has("watch")) {
      await time.sleep(Math.max(0, end - time.elapsed));
      return await next();
    }
    const list = left.get(path);
    left.delete(path);
    return list === undefined ? await next() : new Response(list, { headers: { "content-type": "application/json" } });
  };
}

function pathOfRead({ side, request }: Passing): string | undefined {
  return side === "kube" && request.method === "GET" ? new URL(request.url).pathname : undefined;
}
