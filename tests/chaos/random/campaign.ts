import type { Meddler } from "../gate.ts";
import { complaints, type Outcome } from "../outcome.ts";
import { choose, type Part } from "../part.ts";
import { play } from "./play.ts";
import { type Script, scriptOf } from "./script.ts";
import { failedToPlay, shortest } from "./shortest.ts";

const JOBS = 25;
const RUNS_OF_A_JOB = 42;

/** Random objects, and whatever may happen to them, from seeds. */
export const randomCampaign: Part = {
  name: "random",
  sampled: 6,
  seed: 1,
  jobs: Array.from({ length: JOBS }, (_, job) => jobOf(1 + job * RUNS_OF_A_JOB, RUNS_OF_A_JOB)),
  async *play(job, sample) {
    const [first = 1, last = first] = (job.match(/\d+/g) ?? []).map(Number);
    const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    for (const seed of choose(seeds, sample)) yield await playSeed(seed);
  },
};

/** The job that plays so many seeds from the first one on. */
export function jobOf(first: number, runs = 1): string {
  return `seeds ${first} to ${first + runs - 1}`;
}

/** Plays the script of a seed. The point of a failure has the shortest script, as a test can have it. */
export async function playSeed(
  seed: number,
  bug?: Meddler,
): Promise<{ readonly point: string; readonly outcome: Outcome }> {
  const playing = (script: Script) => play(script, bug);
  const script = scriptOf(seed);
  const outcome = await playing(script).catch(failedToPlay);
  if (complaints(outcome).length === 0) return { point: `seed ${seed}`, outcome };
  const found = await shortest(script, { outcome, play: playing });
  return { point: `seed ${seed}\n${textOf(found)}`, outcome };
}

/** A script as TypeScript. */
export function textOf({ mode, restarts, moves }: Script): string {
  const lines = moves.map((move) => `  ${JSON.stringify(move)},`);
  return [`{ mode: "${mode}", restarts: ${restarts}, moves: [`, ...lines, "] }"].join("\n");
}
