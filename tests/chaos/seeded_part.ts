import { crashPoints, playClean, playCrash } from "./crash_matrix.ts";
import { playFault, requestsOf } from "./fault_matrix.ts";
import { allFaults } from "./faults.ts";
import type { Meddler } from "./gate.ts";
import { complaints } from "./outcome.ts";
import type { Part } from "./part.ts";
import { againScenarios } from "./scenarios/again.ts";
import { scenarioOf } from "./scenarios/mod.ts";
import {
  believesLists,
  comesLate,
  forgetsCreation,
  readsWebPages,
  sweepsNothing,
  takesFailuresForAbsence,
} from "./seeded_bugs.ts";
import { playStale } from "./stale_servers.ts";

/** A bug that is put in on purpose, and the trouble that must show it. */
interface SeededBug {
  /** What must be among the complaints. */
  readonly shows: RegExp;
  /** The complaints of each run. */
  play(): AsyncGenerator<string[]>;
}

/** By what the operator does wrong. */
export const seededBugs: Readonly<Record<string, SeededBug>> = {
  "a key that leaks is not swept": {
    shows: /^leaked key/,
    play: () => crashes("AccessKey: create", sweepsNothing),
  },
  "a creation is not recorded": {
    shows: /AlreadyExists/,
    play: () => crashes("Bucket with all settings: create", forgetsCreation),
  },
  "the finalizer comes after the creation": {
    shows: /^orphan: bucket/,
    play: () => crashes("Bucket: create, delete while the operator is down", comesLate),
  },
  "whatever fails is taken for absent": {
    shows: /^orphan: bucket/,
    play: () =>
      faults("Bucket with all settings: delete", { name: "500", of: /^s3:HEAD/, bug: takesFailuresForAbsence }),
  },
  "an old list is believed of an object that is gone": {
    shows: /^lost to an old object: s3:DELETE/,
    async *play() {
      const scenario = againScenarios.find(({ name }) => name === "Bucket: delete, and make it again")!;
      const clean = await playClean(scenario);
      yield complaints(await playStale(scenario, 1, { clean, sabotage: believesLists() }));
    },
  },
  "a web page is taken for a list without keys": {
    shows: /KEY1/,
    play: () =>
      faults("AccessKey and its User and Bucket: create", {
        name: "a web page",
        of: /^iam:ListAccessKeys/,
        bug: readsWebPages,
      }),
  },
};

/** The campaign itself, tried: each bug must be caught. */
export const seeded: Part = {
  name: "seeded bugs",
  jobs: Object.keys(seededBugs),
  sampled: 0,
  isSeeded: true,
  async *play(job) {
    const found = await caught(seededBugs[job]!);
    const broken = found === undefined ? [{ rule: "seeded bug" as const, what: "nothing shows it" }] : [];
    yield { point: found ?? "not caught", outcome: { broken, unsettled: [], difference: [], log: [] } };
  },
};

/** The first complaint that shows the bug; `undefined` where none does. */
export async function caught({ shows, play }: SeededBug): Promise<string | undefined> {
  for await (const all of play()) {
    const found = all.find((each) => shows.test(each));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function* crashes(name: string, sabotage: Meddler): AsyncGenerator<string[]> {
  const scenario = scenarioOf(name);
  const clean = await playClean(scenario, sabotage);
  for (const point of crashPoints(clean)) yield complaints(await playCrash(scenario, point, { clean, sabotage }));
}

async function* faults(
  scenarioName: string,
  { name, of, bug }: { readonly name: string; readonly of: RegExp; readonly bug: Meddler },
): AsyncGenerator<string[]> {
  const scenario = scenarioOf(scenarioName);
  const [clean, requests] = [await playClean(scenario), await requestsOf(scenario)];
  const fault = allFaults.find((each) => each.name === name)!;
  for (const [index, request] of requests.entries()) {
    if (!of.test(request)) continue;
    const point = { at: index + 1, fault, times: 1 };
    yield complaints(await playFault(scenario, point, { clean, requests, sabotage: bug }));
  }
}
