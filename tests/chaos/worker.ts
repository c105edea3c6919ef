/// <reference lib="deno.worker" />
import { complaints } from "./outcome.ts";
import type { Sample } from "./part.ts";
import { longParts, parts } from "./parts.ts";

/** One job for a worker: time is virtual and one for the whole thread, so that each plays one world at a time. */
export interface Job {
  readonly part: string;
  readonly job: string;
  readonly sample: Sample | undefined;
}

/** What a worker says of a run, or in the end of its job. */
export type Message =
  | { readonly kind: "run"; readonly point: string; readonly complaints: string[]; readonly rules: string[] }
  | { readonly kind: "failed"; readonly error: string }
  | { readonly kind: "done" };

self.onmessage = async ({ data: { part, job, sample } }: MessageEvent<Job>) => {
  const tell = (message: Message) => self.postMessage(message);
  try {
    const found = [...parts, ...longParts].find(({ name }) => name === part);
    for await (const { point, outcome } of found?.play(job, sample) ?? []) {
      const rules = outcome.broken.map(({ rule }) => rule);
      tell({ kind: "run", point, complaints: complaints(outcome), rules });
    }
  } catch (error) {
    tell({ kind: "failed", error: error instanceof Error ? error.stack ?? error.message : String(error) });
  }
  tell({ kind: "done" });
};
