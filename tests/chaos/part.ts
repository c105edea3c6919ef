import { seededRandom } from "../sandbox/aws/ids.ts";
import type { Outcome } from "./outcome.ts";

/** One run of many: where in which scenario something was done to the operator, and what came of it. */
export interface Run {
  /** Such as `killed after request 12, iam:CreateAccessKey app`. */
  readonly point: string;
  readonly outcome: Outcome;
}

/** A kind of trouble, tried in many places. */
export interface Part {
  readonly name: string;
  /** What is played, each by itself: names of scenarios. */
  readonly jobs: readonly string[];
  /** So many of them are in the sample; nine by default. */
  readonly sampled?: number;
  /** What a choice of its runs is made by, where not all are played. */
  readonly seed?: number;
  /** True: its jobs are bugs put in on purpose, and a run fails where nothing shows the bug. */
  readonly isSeeded?: boolean;
  /** All runs of a job; of a sample, a few that the seed chooses. */
  play(job: string, sample?: Sample): AsyncGenerator<Run>;
}

export interface Sample {
  /** At most so many runs of each job. */
  readonly runs: number;
  readonly seed: number;
}

/** All of them, or for a sample a choice that is always the same. */
export function choose<T>(all: readonly T[], sample: Sample | undefined): readonly T[] {
  if (sample === undefined || all.length <= sample.runs) return all;
  const random = seededRandom(sample.seed);
  const chosen = new Set<number>();
  while (chosen.size < sample.runs) chosen.add(Math.floor(random() * all.length));
  return all.filter((_, index) => chosen.has(index));
}
