import type { CustomResource } from "../lib/kube/object.ts";
import type { ReconcileContext } from "../lib/kube/reconciler.ts";
import type { ActiveSpan } from "../lib/telemetry/api.ts";
import type { SpanOptions } from "../lib/telemetry/tracing/api.ts";
import { ANNOTATIONS } from "./names.ts";
import { annotationOf, hasFinalizer, isDeleting, isReady } from "./objects.ts";
import type { Step } from "./plan.ts";
import type { Verdict } from "./verdict.ts";

/** For so long an object is new, milliseconds. */
const NEW_MS = 600_000;

/** The span of one pass over an object. */
export function reconcileSpan(
  object: CustomResource,
  { reconcileId, queuedSeconds = 0, now }: ReconcileContext & { readonly now: number },
): SpanOptions {
  const { kind, metadata: { namespace, name, uid, generation = 0, deletionTimestamp } } = object;
  return {
    ...originOf(object, now),
    attributes: () => ({
      "k8s.namespace.name": namespace,
      "k8s.object.kind": kind,
      "k8s.object.name": name,
      "k8s.object.uid": uid,
      "k8s.object.generation": generation,
      "reconcile.id": reconcileId,
      "reconcile.queue_wait_seconds": queuedSeconds,
      ...(deletionTimestamp === undefined ? {} : { "reconcile.deletion": true }),
    }),
  };
}

/**
 * The trace that an object's pass belongs to. A person's `traceparent`, or the one that a Bucket gave its child, counts
 * for the first pass of a generation, and while a new object comes to be Ready. What follows is nobody's wish any more,
 * and a trace of days is of no use.
 */
function originOf(object: CustomResource, now: number): Pick<SpanOptions, "parent"> {
  const { generation, creationTimestamp } = object.metadata;
  const parent = traceparentOf(object);
  if (parent === undefined || isDeleting(object) || isReady(object)) return {};
  const isSeen = object.status?.observedGeneration === generation;
  const isNew = generation === 1 && now - Date.parse(creationTimestamp) < NEW_MS;
  return !isSeen || isNew ? { parent } : {};
}

/** A person's own annotation, under our prefix or none, or what the operator wrote. */
function traceparentOf(object: CustomResource): string | undefined {
  return annotationOf(object, "traceparent") ?? object.metadata.annotations?.["traceparent"];
}

/**
 * The annotation by which the next passes of a new object go on in the trace of the first one. It goes with the
 * finalizer, so that it costs no write, and no object at rest gets it.
 */
export function beginningOf(object: CustomResource, span: ActiveSpan): Readonly<Record<string, string>> {
  if (hasFinalizer(object) || traceparentOf(object) !== undefined) return {};
  return traceMetadata(span).annotations ?? {};
}

/** Says in the span of a pass what came of it. */
export function tellVerdict(span: ActiveSpan, verdict: Verdict | "gone"): void {
  if (verdict === "gone") return span.set(() => ({ "reconcile.result": "gone" }));
  const { kind, reason, errorType = reason, message } = verdict;
  span.set(() => ({ "reconcile.result": kind, "reconcile.reason": reason }));
  if (kind === "failed" || kind === "stalled") span.fail(errorType, message);
}

/** The name of a step's span, one of few: what is made for a user alone does not stand in it. */
export function spanNameOf({ action, target }: Pick<Step<unknown>, "action" | "target">): string {
  return `${action} ${hasOwnName(target) ? target.split("/")[0] : target}`;
}

/** The span of one step of a plan. It links to the one that began a rotation, which may be days ago. */
export function stepSpan(
  { action, target, reason }: Pick<Step<unknown>, "action" | "target" | "reason">,
  { status }: CustomResource,
): SpanOptions {
  const begun = (status as { readonly rotation?: { readonly traceparent?: string } } | undefined)?.rotation
    ?.traceparent;
  return {
    ...(begun === undefined ? {} : { links: [begun] }),
    attributes: () => ({
      "step.action": action,
      // The rest of it is an access key id, shortened.
      "step.target": target.startsWith("key/") ? "key" : target,
      "step.reason": reason,
    }),
  };
}

/** Objects, keys and versions, unlike parts such as `bucket/tagging` and `AccessKey/intent`. */
function hasOwnName(target: string): boolean {
  return /^([A-Z]|key\/|policy\/v\d)/.test(target) && !/\/(intent|credentials)$/.test(target);
}

/** Metadata by which an object that is written in a span goes on in its trace; none where nothing is recorded. */
export function traceMetadata({ traceparent }: ActiveSpan): { readonly annotations?: Record<string, string> } {
  return traceparent === undefined ? {} : { annotations: { [ANNOTATIONS.traceparent]: traceparent } };
}
