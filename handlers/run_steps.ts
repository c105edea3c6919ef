import type { ResourceType, Store } from "../lib/kube/api.ts";
import { KubeError } from "../lib/kube/errors.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import { isRefusal } from "./creation.ts";
import type { HandlerDeps } from "./deps.ts";
import { isDeleting, isReady } from "./objects.ts";
import type { Pass } from "./pass.ts";
import type { Step } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { spanNameOf, stepSpan } from "./spans.ts";

/** What stands there later was made by somebody else. */
const NOT_CREATING = { creating: null };

/** What running steps needs beside the steps. */
export interface StepContext<T extends CustomResource, Scope> {
  readonly scope: Scope;
  readonly progress: Progress<T>;
  readonly pass: Pass;
  readonly type: ResourceType<T>;
  readonly store: Store<T>;
  readonly deps: Pick<HandlerDeps, "kube" | "metrics" | "traceSpan">;
}

/**
 * Runs steps in their order, each in its own span, counted and logged; what they return goes into the status.
 * A failure ends it, unless the step is independent of those after it.
 * @throws the error of the step that failed; AggregateError where several did
 */
export async function runSteps<T extends CustomResource, Scope>(
  steps: readonly Step<Scope>[],
  { scope, progress, pass, type, store, deps }: StepContext<T, Scope>,
): Promise<void> {
  const isFinal = isDeleting(progress.object) || steps.some(({ claims }) => claims);
  if (isFinal && !progress.isLive) await confirm(progress.object, { type, pass, deps });
  const { metrics, traceSpan } = deps;
  const errors: unknown[] = [];
  for (const step of steps) {
    const { action, target, reason } = step;
    try {
      pass.signal.throwIfAborted();
      progress.record(
        await traceSpan(spanNameOf(step), stepSpan(step, progress.object), (span) => step.apply(scope, span)),
      );
      progress.did(step);
      if (step.writesObject) catchUp(progress, store);
      if (step.operation) metrics.bucketOperation(step.operation, "success");
      if (step.event) metrics.accomplished(step.event.reason);
      pass.log.info(`${action} ${target}`, { reason, before: step.before, after: step.after });
    } catch (error) {
      if (step.operation) metrics.bucketOperation(step.operation, "error");
      if (pass.signal.aborted) throw error;
      errors.push(error);
      progress.failed ??= step;
      showLeft(progress.object, step, deps);
      if (step.claims && isRefusal(error)) progress.record(NOT_CREATING);
      if (!step.independent) break;
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors);
}

/**
 * What the API server shows after a restart may be old: the object may be gone, so that nobody would delete what is made
 * for it now; and another one of its name may have its own outside, which is not to be deleted.
 * @throws KubeError 409, which is tried again in silence
 */
async function confirm<T extends CustomResource>(
  object: T,
  { type, pass, deps }: Pick<StepContext<T, unknown>, "type" | "pass" | "deps">,
): Promise<void> {
  const { kind, metadata } = object;
  const live = await deps.kube.get(type, metadata, pass.signal);
  if (live?.metadata.uid === metadata.uid && isDeleting(live) === isDeleting(object)) return;
  throw new KubeError(409, "Conflict", `${kind} "${metadata.name}" is gone already, or on its way`);
}

/** Goes on from what a step wrote to the object itself, so that the pass's own status write is not stale. */
function catchUp<T extends CustomResource>(progress: Progress<T>, store: Store<T>): void {
  const { metadata } = progress.stored;
  const live = store.get(keyOf(metadata));
  if (live?.metadata.uid === metadata.uid) progress.rebase(live);
}

/** Steps at a generation that was Ready already mend drift: somebody changed the outside behind our back. */
export function countDrift<Scope>(
  object: CustomResource,
  steps: readonly Step<Scope>[],
  { metrics }: Pick<HandlerDeps, "metrics">,
): void {
  if (!isReady(object) || isDeleting(object)) return;
  for (const { drift } of steps) if (drift) metrics.driftDetected(object.kind, drift, keyOf(object.metadata));
}

/**
 * A difference that could not be mended at a generation that was looked at before is current also where this process did
 * not see it come up, as after a restart. What was never made outside has not drifted.
 */
export function showLeft<Scope>(
  object: CustomResource,
  { claims, drift }: Step<Scope>,
  { metrics }: Pick<HandlerDeps, "metrics">,
): void {
  const { kind, metadata, status } = object;
  if (drift === undefined || isDeleting(object) || status?.observedGeneration !== metadata.generation) return;
  if (claims && status?.lastSyncTime === undefined) return;
  metrics.driftStays(kind, drift, keyOf(metadata));
}
