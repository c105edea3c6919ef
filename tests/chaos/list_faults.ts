import { playClean, playCrash } from "./crash_matrix.ts";
import { isWatch, type Meddler } from "./gate.ts";
import { choose, type Part } from "./part.ts";
import { chaosScenarios } from "./scenarios/mod.ts";
import { bucketPolicy, iamPolicy } from "./scenarios/objects.ts";
import { NAMESPACE, ours } from "./world.ts";

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

const providerRef = { name: "wasabi" };
/** One of each kind, the first of their lists, so that whatever a scenario does is on the second page. */
const first = [
  ours("Bucket", "a", { providerRef, name: "a-bucket", autoManage: { enabled: false }, deletionPolicy: "Delete" }),
  { ...bucketPolicy("s3:GetObject", "a"), metadata: { name: "a", namespace: NAMESPACE } },
  ours("User", "a", { providerRef, name: "first-user" }),
  { ...iamPolicy(), metadata: { name: "a", namespace: NAMESPACE } },
  ours("AccessKey", "a", { providerRef, userRef: { name: "a" } }),
];
/** Those in which everything is deleted have several of each kind; the sandbox takes no bucket from a host's name. */
const scenarios = chaosScenarios.map((scenario) =>
  scenario.bare || /^Everything|pathStyle/.test(scenario.name)
    ? scenario
    : { ...scenario, given: [...first, ...scenario.given ?? []] }
);

/**
 * Every scenario, and in its midst another operator takes over, whose first lists come in pages of one object. Only
 * first lists have pages: those that follow are asked for in one piece.
 */
export const listFaults: Part = {
  name: "list faults",
  jobs: scenarios.map(({ name }) => name),
  sampled: 3,
  seed: CHOICE.seed,
  async *play(job, sample = CHOICE) {
    const scenario = scenarios.find(({ name }) => name === job)!;
    const clean = await playClean(scenario);
    const points = clean.requests.flatMap((_, index) => KINDS.map((kind) => ({ at: index + 1, kind })));
    for (const { at, kind } of choose(points, { ...sample, seed: sample.seed + scenarios.indexOf(scenario) })) {
      const outcome = await playCrash(scenario, { at, when: "after" }, { clean, second: inPages(kind) });
      yield { point: `${kind} after request ${at}, ${clean.requests[at - 1]}`, outcome };
    }
  },
};

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
