import type { KubeObject } from "../lib/kube/object.ts";
import type { Requeue } from "../lib/kube/reconciler.ts";
import type { HandlerDeps } from "./deps.ts";
import { driftAfterMs } from "./drift.ts";
import type { Verdict } from "./verdict.ts";

/**
 * When to look again: a failure by its backoff; all else at the drift interval, or sooner where the verdict says so.
 */
export function requeueOf(
  object: KubeObject,
  { kind, requeue }: Verdict,
  deps: Pick<HandlerDeps, "settings" | "random">,
): Requeue {
  if (kind === "failed" || kind === "stale") return requeue ?? "backoff";
  const drift = driftAfterMs(object, deps);
  return { afterMs: typeof requeue === "object" ? Math.min(requeue.afterMs, drift) : drift };
}
