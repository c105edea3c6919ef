import { Installation } from "./installation.ts";
import type { RunningOperator } from "./operator.ts";
import type { Stage } from "./stage.ts";
import type { Need } from "./world.ts";

export const FINALIZER = "s3.cloud37.dev/finalizer";
export const OLD_FINALIZER = "kopf.zalando.org/KopfFinalizerMarker";
/** What a world must have to lay a recorded installation out. */
export const NEEDS: readonly Need[] = ["strict service", "aws"];
/** A flag: objects at rest are looked at every second. */
export const SOON = "--drift-check-interval-seconds=1";
/** Of a recorded installation: its Provider never existed. */
export const BROKEN = "Bucket/no-provider";

/** Lays the recorded installation out and takes over all of it that can be. */
export async function takenOver(stage: Stage, ...flags: string[]): Promise<Installation> {
  const old = await Installation.lay(stage);
  await stage.operator(...flags);
  await old.takenOver(...old.allBut(BROKEN));
  return old;
}

/** The same, and each object has been looked at again since. */
export async function atRest(
  stage: Stage,
): Promise<{ readonly old: Installation; readonly operator: RunningOperator }> {
  const old = await Installation.lay(stage);
  const operator = await stage.operator(SOON);
  await old.takenOver(...old.allBut(BROKEN));
  await old.lookedAt(operator);
  return { old, operator };
}
