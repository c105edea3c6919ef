import type { Draft, KubeObject, ObjectRef } from "./object.ts";

/** A resource of the Kubernetes API. `group` is `""` for the core group. */
export interface ResourceType<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  /** Carries the object's type for callers; never set. */
  readonly _object?: T;
}

/** One operation of an RFC 6902 JSON patch. */
export type JsonPatchOp =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** The subresource to write instead of the object itself. */
  readonly subresource?: "status";
}

/**
 * The Kubernetes API as handlers see it. Every method throws `KubeError`.
 * The answer of a write to an informed kind goes into its store before the promise resolves.
 */
export interface Kube {
  /** Reads the object from the API server; `undefined` when there is none (404). */
  get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, signal?: AbortSignal): Promise<T | undefined>;
  create<T extends KubeObject>(type: ResourceType<T>, draft: Draft<T>, options?: WriteOptions): Promise<T>;
  /** RFC 7386 merge patch; `ref.resourceVersion`, when given, is sent along as the optimistic lock (409 when stale). */
  mergePatch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    options?: WriteOptions,
  ): Promise<T>;
  /**
   * RFC 6902 patch; `ref.uid` and `ref.resourceVersion`, when given, become leading `test` operations (422 when stale).
   */
  jsonPatch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    operations: readonly JsonPatchOp[],
    options?: WriteOptions,
  ): Promise<T>;
  /**
   * Deletes in the background; `uid` and `resourceVersion` are preconditions. An object that is gone already is fine.
   */
  delete(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<void>;
}

/** The objects of one kind as last seen by its informer. */
export interface Store<T extends KubeObject> {
  get(key: string): T | undefined;
  list(): readonly T[];
}

/** Tells people what happened to an object. Never throws and never blocks a reconcile. */
export interface EventRecorder {
  /**
   * @param reason CamelCase, from the contract; the same again (object, type, reason and note) becomes a series
   * @param note at most 1024 bytes, the rest is cut; never a secret, a request id or a time
   */
  emit(object: KubeObject, event: { type: "Normal" | "Warning"; reason: string; note: string }): void;
  /** Sends what is queued; resolves at the latest after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
}
