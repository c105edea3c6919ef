import { equal } from "../equal.ts";
import type { KubeObject } from "./object.ts";

/** Does a change of an object call for a reconcile of it? Its own status does not: we wrote that. */
export function isWorthReconciling({ metadata }: KubeObject, old: KubeObject | undefined): boolean {
  if (old === undefined) return true;
  const was = old.metadata;
  return metadata.generation !== was.generation || metadata.deletionTimestamp !== was.deletionTimestamp ||
    !equal(metadata.labels ?? {}, was.labels ?? {}) || !equal(metadata.annotations ?? {}, was.annotations ?? {}) ||
    (was.finalizers ?? []).some((finalizer) => !metadata.finalizers?.includes(finalizer));
}
