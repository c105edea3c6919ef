import { type CleanRun, playClean, playCrash } from "./crash_matrix.ts";
import { isWatch, type Meddler } from "./gate.ts";
import type { Outcome } from "./outcome.ts";
import { choose, type Part } from "./part.ts";
import type { ChaosScenario } from "./scenario.ts";
import { chaosScenarios, scenarioOf } from "./scenarios/mod.ts";

/** How the second page of a list fails. */
const KINDS = [
  "410 on a page",
  "410 on every page",
  "500 on a page",
  "a page cut off",
  "a page that never comes",
] as const;
type Kind = typeof KINDS[number];

/** Of each scenario so many are played. */
const CHOICE = { runs: 8, seed: 41 };

/**
 * Every scenario, and in its midst another operator takes over, whose first lists come in pages of one object. Only
 * first lists have pages: those that follow are asked for in one piece.
 */
export const listFaults: Part = {
  name: "list faults",
  jobs: chaosScenarios.map(({ name }) => name),
  sampled: 3,
  seed: CHOICE.seed,
  async *play(job, sample = CHOICE) {
    const scenario = scenarioOf(job);
    const clean = await playClean(scenario);
    const points = clean.requests.flatMap((_, index) => KINDS.map((kind) => ({ at: index + 1, kind })));
    for (const point of choose(points, { ...sample, seed: sample.seed + chaosScenarios.indexOf(scenario) })) {
      const { at, kind } = point;
      const outcome = await playListFault(scenario, point, clean);
      yield { point: `${kind} after request ${at}, ${clean.requests[at - 1]}`, outcome };
    }
  },
};

async function playListFault(
  scenario: ChaosScenario,
  { at, kind }: { readonly at: number; readonly kind: Kind },
  clean: CleanRun,
): Promise<Outcome> {
  return await playCrash(scenario, { at, when: "after" }, { clean, second: inPages(kind) });
}

/** Gives lists in pages of one object, as a server does that is asked for so few; the second page fails. */
function inPages(kind: Kind): Meddler {
  const failed = new Set<string>();
  return async (passing, next) => {
    const url = new URL(passing.request.url);
    const [limit, token] = [url.searchParams.get("limit"), url.searchParams.get("continue")];
    if (passing.side === "aws" || isWatch(passing) || (limit === null && token === null)) return await next();
    const isFirst = !failed.has(url.pathname);
    if (token !== null && (isFirst || kind === "410 on every page")) {
      failed.add(url.pathname);
      return await failure(kind);
    }
    url.searchParams.set("limit", "1");
    return await next(new Request(url, passing.request));
  };
}

function failure(kind: Kind): Response | Promise<Response> {
  switch (kind) {
    case "410 on a page":
    case "410 on every page":
      return status(410, "Expired");
    case "500 on a page":
      return status(500, "InternalError");
    case "a page cut off":
      return new Response('{"kind":"BucketList","items":[', { headers: { "content-type": "application/json" } });
    case "a page that never comes":
      return new Promise(() => {});
  }
}

function status(code: number, reason: string): Response {
  const body = { kind: "Status", apiVersion: "v1", status: "Failure", reason, message: "told to fail", code };
  return Response.json(body, { status: code });
}
