/// <reference lib="deno.worker" />
import { explore } from "./unit/access_key/explore.ts";
import { moves } from "./unit/access_key/moves.ts";
import { STARTS } from "./unit/access_key/starts.ts";

/** From where one worker explores, and how far. */
export interface Exploration {
  readonly start: string;
  readonly depth: number;
  readonly disturbances: number;
}

self.onmessage = ({ data: { start, depth, disturbances } }: MessageEvent<Exploration>) => {
  const w = STARTS[start]!();
  self.postMessage(explore(w, { all: moves(w.objects.length), depth, disturbances }));
};
