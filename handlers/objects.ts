import { findCondition } from "../lib/kube/conditions.ts";
import { type CustomResource, keyOf, type KubeObject } from "../lib/kube/object.ts";
import { ANNOTATIONS, FINALIZER } from "./names.ts";

/** Small questions about an object; all pure. */
export function isDeleting({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function hasFinalizer({ metadata }: KubeObject): boolean {
  return metadata.finalizers?.includes(FINALIZER) ?? false;
}

/** The fields of a log line that say which object it is about. */
export function identityOf({ kind, metadata: { namespace, name, uid } }: KubeObject) {
  return { kind, namespace, name, uid };
}

export function annotationOf({ metadata }: KubeObject, name: keyof typeof ANNOTATIONS): string | undefined {
  return metadata.annotations?.[ANNOTATIONS[name]];
}

/** True when the object was Ready at its present generation. */
export function isReady({ metadata, status }: CustomResource): boolean {
  return findCondition(status?.conditions, "Ready")?.status === "True" &&
    status?.observedGeneration === metadata.generation;
}

/** True when a person must act before the object's present generation can go on. */
export function isStalled({ metadata, status }: CustomResource): boolean {
  return findCondition(status?.conditions, "Stalled")?.status === "True" &&
    status?.observedGeneration === metadata.generation;
}

/** True when the controlling owner of `child` is `owner`. */
export function isControlledBy(child: KubeObject, owner: KubeObject): boolean {
  return controllerOf(child)?.uid === owner.metadata.uid;
}

export function controllerOf({ metadata }: KubeObject): { readonly uid: string; readonly kind: string } | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** The token of an object in the reverse index of references. */
export function token(kind: string, at: { readonly namespace: string; readonly name: string }): string {
  return `${kind}/${keyOf(at)}`;
}

/** The older object first; a tie goes by namespace/name. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const text = ({ metadata: { creationTimestamp, namespace, name } }: KubeObject) =>
    `${creationTimestamp} ${namespace}/${name}`;
  return text(a) < text(b) ? -1 : 1;
}
