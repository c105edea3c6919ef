import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";

/** What is wrong about an object's conditions, whatever a tool makes of them. */
export function wrong({ metadata, status }: Loose): string[] {
  const is = (type: string) => condition(status, type)?.status === "True";
  const { conditions = [] } = status;
  return [
    ...(is("Ready") && (is("Reconciling") || is("Stalled")) ? ["is Ready and is not"] : []),
    ...(is("Reconciling") && is("Stalled") ? ["goes on and cannot"] : []),
    ...(conditions.length > 0 && !is("Ready") && !is("Reconciling") && !is("Stalled") ? ["says not what it does"] : []),
    ...(status.observedGeneration > metadata.generation ? ["has seen what is not there"] : []),
    ...conditions.filter(({ observedGeneration }: Loose) => observedGeneration > Math.max(status.observedGeneration, 0))
      .map(({ type }: Loose) => `${type} is about a spec that nobody has looked at`),
  ];
}
