import type { CleanRun } from "./crash_matrix.ts";
import { type Broken, brokenAtRest } from "./invariants.ts";
import type { Outcome } from "./outcome.ts";
import { difference, snapshot } from "./snapshot.ts";
import type { ChaosWorld } from "./world.ts";

/** Judges a world that has come to rest, beside the clean run's end. */
export function judge(
  world: ChaosWorld,
  { clean, broken, unsettled }: { readonly clean: CleanRun } & Pick<Outcome, "unsettled"> & {
    /** What was broken on the way. */
    readonly broken: readonly Broken[];
  },
): Outcome {
  const sight = world.see();
  return {
    broken: [...broken, ...brokenAtRest(sight)],
    unsettled,
    difference: difference(clean.state, snapshot(sight)),
    log: world.operator.log,
  };
}
