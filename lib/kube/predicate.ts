import { equal } from "../equal.ts";
import type { KubeObject } from "./object.ts";

/**
 * Does the answer of an own write call for a reconcile? Only if it shows that somebody else changed what is wanted, or
 * that it did itself, as a Bucket does to its children. What it shows of another's annotations no watch will tell any
 * more.
 */
export function isWorthReconcilingOwn(
  { metadata }: KubeObject,
  old: KubeObject | undefined,
  ownAnnotations: readonly string[] = [],
): boolean {
  return metadata.generation !== old?.metadata.generation ||
    metadata.deletionTimestamp !== old?.metadata.deletionTimestamp ||
    !equal(foreign(metadata, ownAnnotations), foreign(old?.metadata, ownAnnotations));
}

/** The annotations that are not ours. */
function foreign({ annotations = {} }: Partial<KubeObject["metadata"]> = {}, own: readonly string[]) {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !own.includes(name)));
}

/**
 * Does a change of an object call for a reconcile of it? Its own status does not: we wrote that. Nor do annotations of
 * ours, for a watch may show an own write before its answer is there.
 */
export function isWorthReconciling(
  { metadata }: KubeObject,
  old: KubeObject | undefined,
  ownAnnotations: readonly string[] = [],
): boolean {
  if (old === undefined) return true;
  const was = old.metadata;
  return metadata.generation !== was.generation || metadata.deletionTimestamp !== was.deletionTimestamp ||
    !equal(metadata.labels ?? {}, was.labels ?? {}) ||
    !equal(foreign(metadata, ownAnnotations), foreign(was, ownAnnotations)) ||
    (was.finalizers ?? []).some((finalizer) => !metadata.finalizers?.includes(finalizer));
}
