import type { Clock } from "../telemetry/api.ts";
import { keyOf, type KubeObject } from "./object.ts";
import type { ReconcileContext, Reconciler, Requeue } from "./reconciler.ts";
import type { Shard } from "./shard.ts";
import type { Change, ObjectStore } from "./store.ts";

/**
 * An object that comes from another shard is left alone for so long, milliseconds: the other one may not have seen yet
 * that it goes, or be in the middle of a call. A change that it began before is refused by the object's new version, or
 * over by then: making a key takes 5 s at most.
 */
export const HAND_OVER_MS = 15_000;

export interface ShardedOptions {
  readonly shard: Shard;
  readonly store: ObjectStore;
  readonly clock: Pick<Clock, "monotonic">;
}

/** A reconciler that works on the objects of one shard alone, and follows others where it has to. */
export class ShardedReconciler implements Reconciler {
  readonly type: Reconciler["type"];
  readonly ownAnnotations: readonly string[];
  readonly #reconciler: Reconciler;
  readonly #options: ShardedOptions;
  /** When objects that came from another shard may be worked on, by the monotonic clock. */
  readonly #waiting = new Map<string, number>();
  readonly #running = new Map<string, AbortController>();

  constructor(reconciler: Reconciler, options: ShardedOptions) {
    this.#reconciler = reconciler;
    this.#options = options;
    ({ type: this.type, ownAnnotations: this.ownAnnotations = [] } = reconciler);
  }

  references(object: KubeObject): readonly string[] {
    return this.#reconciler.references(object);
  }

  provides(object: KubeObject): readonly string[] {
    return this.#reconciler.provides(object);
  }

  published(object: KubeObject): string {
    return this.#reconciler.published(object);
  }

  concerns(object: KubeObject): boolean {
    return this.#options.shard.owns(object) || this.#reconciler.follow !== undefined;
  }

  noticed({ type, object, old }: Change): void {
    const { shard, clock } = this.#options;
    const key = keyOf(object.metadata);
    const isOurs = type !== "delete" && shard.owns(object);
    if (!isOurs) {
      this.#waiting.delete(key);
      if (old && shard.owns(old)) this.#running.get(key)?.abort(new Error("The object went to another shard"));
    } else if (type === "update" && old && !shard.owns(old)) {
      this.#waiting.set(key, clock.monotonic() + HAND_OVER_MS);
    }
  }

  async reconcile(key: string, context: ReconcileContext): Promise<Requeue> {
    const { shard, store, clock } = this.#options;
    const object = store.get(key);
    if (object && !shard.owns(object)) return await this.#reconciler.follow?.(object, context) ?? "never";
    const waitMs = (this.#waiting.get(key) ?? 0) - clock.monotonic();
    if (object && waitMs > 0) return { afterMs: waitMs };
    this.#waiting.delete(key);
    const left = new AbortController();
    this.#running.set(key, left);
    try {
      return await this.#reconciler.reconcile(key, {
        ...context,
        signal: AbortSignal.any([context.signal, left.signal]),
      });
    } finally {
      this.#running.delete(key);
    }
  }
}
