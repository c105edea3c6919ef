import type { KubeObject } from "../lib/kube/object.ts";
import type { Requeue } from "../lib/kube/reconciler.ts";
import type { HandlerDeps } from "./deps.ts";
import { annotationOf } from "./objects.ts";
import type { Verdict } from "./verdict.ts";

/** An object's own interval may not be shorter than this, seconds. */
const LEAST_SECONDS = 5;

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

/** Milliseconds until the next look at an object at rest: the drift interval, its own if annotated, 20 % either way. */
export function driftAfterMs(
  object: KubeObject,
  { settings, random }: Pick<HandlerDeps, "settings" | "random">,
): number {
  const seconds = Number(annotationOf(object, "driftInterval"));
  const intervalMs = seconds >= LEAST_SECONDS ? seconds * 1000 : settings.driftIntervalMs;
  return Math.round(intervalMs * (0.8 + 0.4 * random()));
}
