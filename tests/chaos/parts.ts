import { crashMatrix } from "./crash_matrix.ts";
import type { Part, Sample } from "./part.ts";

/** All kinds of trouble. */
export const parts: readonly Part[] = [crashMatrix];

/** What `deno task test chaos` and `deno task chaos --sample` play. */
export const SAMPLE: Sample = { runs: 2, seed: 4 };
