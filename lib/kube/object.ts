/**
 * The parts of a Kubernetes object that the operator reads; everything is read-only because objects live in a shared
 * store.
 */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** One entry of `metadata.ownerReferences`. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** What a create request carries: the server fills in the rest of the metadata. */
export type Draft<T extends KubeObject> = Omit<T, "metadata" | "status"> & {
  readonly metadata: Pick<ObjectMeta, "name" | "namespace"> & Partial<ObjectMeta>;
};

/** A condition as in `metav1.Condition`. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  /** RFC 3339; moves only when `status` flips. */
  readonly lastTransitionTime: string;
}

/** The status fields that all our kinds share. */
export interface CommonStatus {
  readonly observedGeneration?: number;
  /** RFC 3339; when something was last changed outside. */
  readonly lastSyncTime?: string;
  readonly conditions?: readonly Condition[];
}

/** A custom resource of ours. */
export interface CustomResource<Spec = unknown, Status extends CommonStatus = CommonStatus> extends KubeObject {
  readonly spec: Spec;
  readonly status?: Status;
}

/** Where an object is: enough to read, patch or delete it. `uid` and `resourceVersion` become preconditions. */
export interface ObjectRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** The work key of an object: `namespace/name`. */
export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
