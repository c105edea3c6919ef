import { equal } from "../equal.ts";
import type { KubeObject } from "./object.ts";

/**
 * Does the answer of an own write call for a reconcile? Only if it shows that somebody else changed what is wanted, or
 * that it did itself, as a Bucket does to its children.
 */
export function isWorthReconcilingOwn({ metadata }: KubeObject, old: KubeObject | undefined): boolean {
  return metadata.generation !== old?.metadata.generation ||
    metadata.deletionTimestamp !== old?.metadata.deletionTimestamp;
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
  const foreign = ({ annotations = {} }: KubeObject["metadata"]) =>
    Object.fromEntries(Object.entries(annotations).filter(([name]) => !ownAnnotations.includes(name)));
  return metadata.generation !== was.generation || metadata.deletionTimestamp !== was.deletionTimestamp ||
    !equal(metadata.labels ?? {}, was.labels ?? {}) || !equal(foreign(metadata), foreign(was)) ||
    (was.finalizers ?? []).some((finalizer) => !metadata.finalizers?.includes(finalizer));
}
