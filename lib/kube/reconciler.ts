import type { ResourceType } from "./api.ts";
import type { KubeObject } from "./object.ts";
import type { Change } from "./store.ts";

/**
 * When to look at an object again; `backoff` doubles from 1 s to 5 min with jitter. `soon`, for a pass that read a stale
 * object, doubles from 100 ms to 10 s: the newer version is mostly on its way, but a server may lag for long.
 */
export type Requeue = { readonly afterMs: number } | "never" | "backoff" | "soon";

export interface ReconcileContext {
  /** Aborts at shutdown's end, at the loss of the lease, or at the reconcile's deadline. */
  readonly signal: AbortSignal;
  /** Unique for each reconcile; goes into every log line. */
  readonly reconcileId: string;
  /** How long the object waited for a worker, seconds. */
  readonly queuedSeconds?: number;
}

/** What the manager runs for one kind. */
export interface Reconciler<T extends KubeObject = KubeObject> {
  readonly type: ResourceType<T>;
  /** Annotations that it alone writes: they call for no pass when a watch shows them. */
  readonly ownAnnotations?: readonly string[];
  /**
   * One pass over one object, read from the store; must not throw. One that is gone from the store is only forgotten.
   */
  reconcile(key: string, context: ReconcileContext): Promise<Requeue>;
  /**
   * Tokens that stand for what an object depends on, such as `Provider/team-a/wasabi` or `claim/s3/…/my-bucket`.
   * The object is enqueued when any object that provides one of them changes what it publishes.
   */
  references(object: T): readonly string[];
  /** Keeps up with an object of another shard, and changes nothing; absent where there is nothing to keep up with. */
  follow?(object: T, context: ReconcileContext): Promise<Requeue>;
  /** Is there anything to do for the object here? Absent: always. */
  concerns?(object: T): boolean;
  /** Told of each change before anything is queued for it. */
  noticed?(change: Change): void;
  /** Tokens that the object itself stands for: its own `Kind/namespace/name`, and what it claims. */
  provides(object: T): readonly string[];
  /** What dependants can see of the object, as text; they are woken when it changes, and when it appears or goes. */
  published(object: T): string;
}
