import type { Clock, Logger } from "../telemetry/api.ts";
import type { Metrics } from "../telemetry/metrics_api.ts";
import { noopMetrics } from "../telemetry/noop_metrics.ts";
import { Controller } from "./controller.ts";
import { Informer } from "./informer.ts";
import type { Lacks } from "./lacks.ts";
import type { Lease } from "./lease.ts";
import { showMachinery } from "./machinery_gauges.ts";
import { keyOf, type KubeObject } from "./object.ts";
import { isWorthReconciling, isWorthReconcilingOwn } from "./predicate.ts";
import type { Reconciler } from "./reconciler.ts";
import { ReferenceIndex } from "./reference_index.ts";
import { ShardedReconciler } from "./sharded.ts";
import type { Shard } from "./shard.ts";
import type { Change, Origin, Stores } from "./store.ts";
import type { Transport } from "./transport.ts";
import type { Priority } from "./work_queue.ts";

export interface ManagerOptions {
  readonly transport: Transport;
  readonly stores: Stores;
  readonly reconcilers: readonly Reconciler[];
  /** Absent: the whole cluster. */
  readonly namespaces?: readonly string[];
  /** Workers for each kind. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Absent: this process is the only one. */
  readonly lease?: Lease;
  /** Absent: nothing is needed beside what is watched. */
  readonly lacks?: Lacks;
  /** Absent: all objects are this process's. */
  readonly shard?: Shard;
  /** How long running reconciles may take at shutdown, milliseconds. Default 30 s. */
  readonly drainMs?: number;
}

const DRAIN_MS = 30_000;
/** How long a reconcile may take to notice that it was aborted, milliseconds. */
const ABORT_MS = 5_000;
/** An informer that was not heard for this long makes the process not alive, milliseconds: longer than any backoff. */
const SILENT_MS = 600_000;

/** Runs the informers, queues and workers of all kinds, under the lease. */
export class Manager {
  readonly #options: ManagerOptions;
  readonly #controllers: ReadonlyMap<string, Controller>;
  readonly #informers: readonly Informer<KubeObject>[];
  readonly #index = new ReferenceIndex();
  readonly #published = new Map<string, string>();
  #stopping = false;

  constructor(options: ManagerOptions) {
    this.#options = options;
    const { clock, random, concurrency, log, stores, namespaces, transport, shard } = options;
    const { metrics = noopMetrics } = options;
    const reconcilers = options.reconcilers.map((each) =>
      shard ? new ShardedReconciler(each, { shard, store: stores.of(each.type.kind), clock }) : each
    );
    const queue = { now: () => clock.monotonic(), random };
    this.#controllers = new Map(
      reconcilers.map((each) => [each.type.kind, new Controller(each, { ...queue, concurrency, log, metrics })]),
    );
    const scopes = namespaces?.map((namespace) => ({ namespace })) ?? [{}];
    this.#informers = reconcilers.flatMap(({ type }) =>
      scopes.map((scope) =>
        new Informer({ transport, type, store: stores.of(type.kind), clock, random, log, metrics, ...scope })
      )
    );
    for (const reconciler of reconcilers) {
      stores.of(reconciler.type.kind).onChange = (change) => this.#changed(reconciler, change);
    }
    showMachinery(metrics, { controllers: [...this.#controllers.values()], informers: this.#informers, clock });
  }

  /**
   * Runs until `signal` aborts ("stopped") or the lease is lost ("lost").
   * Informers run from the start, so that a candidate that becomes leader has its stores filled; workers start once all
   * kinds are synced and the lease is held.
   */
  async run(signal: AbortSignal): Promise<"stopped" | "lost"> {
    const informing = new AbortController();
    const informers = this.#informers.map((informer) => informer.run(informing.signal));
    onAbort(signal, () => this.#stopping = true);
    try {
      await this.#synced(signal);
      // Only now: what is lacking may have come with the CRDs.
      await this.#options.lacks?.supplied(signal);
      const { lease } = this.#options;
      const lead = (lost?: AbortSignal) => this.#lead(signal, lost);
      const outcome = signal.aborted
        ? "released"
        : lease
        ? await lease.hold(signal, lead)
        : await lead().then(() => "released" as const);
      return outcome === "lost" ? "lost" : "stopped";
    } finally {
      informing.abort();
      await Promise.all(informers);
    }
  }

  /** Why this process could not work if it led, or should not; empty when it is ready. Leading is not needed. */
  unready(): readonly string[] {
    if (this.#stopping) return ["The process is stopping"];
    const unsynced = this.#informers.filter(({ synced }) => !synced);
    if (unsynced.length > 0) {
      return [...new Set(unsynced.map(({ kind, refusal }) => refusal ?? `Not listed yet: ${kind}`))];
    }
    const { lacks } = this.#options;
    return lacks ? lacks.found ?? ["Permissions and CRDs are not looked at yet"] : [];
  }

  ready(): boolean {
    return this.unready().length === 0;
  }

  live(): boolean {
    const now = this.#options.clock.monotonic();
    return this.#informers.every(({ lastContact }) => now - lastContact < SILENT_MS);
  }

  enqueue(kind: string, key: string, afterMs = 0): void {
    this.#add(kind, key, { afterMs });
  }

  /** May this process change anything outside right now? False without the lease, which may have been lost unseen. */
  mayMutate(): boolean {
    return this.#options.lease?.mayMutate() ?? true;
  }

  async #synced(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#informers.every(({ synced }) => synced)) {
      await this.#options.clock.sleep(20, signal);
    }
  }

  /**
   * Workers drain when asked to stop: a reconcile may end, but no longer than the drain time, or until the lease is
   * lost.
   * @throws Error where one goes on although it was aborted: the lease must not be released under it
   */
  async #lead(stop: AbortSignal, lost?: AbortSignal): Promise<void> {
    const { clock, drainMs = DRAIN_MS } = this.#options;
    const cut = new AbortController();
    const close = () => {
      for (const { queue } of this.#controllers.values()) queue.close();
    };
    if (lost) onAbort(lost, () => (cut.abort(lost.reason), close()));
    const drain = async () => {
      close();
      await clock.sleep(drainMs, cut.signal);
      cut.abort(new Error("Shutdown took too long"));
    };
    onAbort(stop, () => void drain());
    const ended = new AbortController();
    const workers = Promise.all([...this.#controllers.values()].map((controller) => controller.run(cut.signal)))
      .finally(() => ended.abort());
    await Promise.race([workers, this.#stuck(cut.signal, ended.signal)]);
    cut.abort();
  }

  /** Rejects when reconciles were aborted and have not ended soon after. */
  #stuck(cut: AbortSignal, ended: AbortSignal): Promise<never> {
    return new Promise((_, reject) =>
      onAbort(cut, async () => {
        await this.#options.clock.sleep(ABORT_MS, ended);
        if (!ended.aborted) reject(new Error("Reconciles went on although they were aborted"));
      })
    );
  }

  /** Queues an object, unless it is another shard's to look at. */
  #add(kind: string, key: string, options: { readonly priority?: Priority; readonly afterMs?: number }): void {
    const controller = this.#controllers.get(kind);
    if (controller === undefined) return;
    const object = this.#options.stores.of(kind).get(key);
    if (object && !(controller.reconciler.concerns?.(object) ?? true)) return;
    controller.queue.add(key, options);
  }

  #changed(reconciler: Reconciler, change: Change): void {
    const { type, object, old, origin } = change;
    const { kind } = reconciler.type;
    reconciler.noticed?.(change);
    const key = keyOf(object.metadata);
    if (type === "delete") {
      this.#index.set({ kind, key }, []);
      this.#add(kind, key, { priority: priorityOf(origin) });
    } else {
      this.#index.set({ kind, key }, this.#ask(object, [], () => reconciler.references(object)));
      const isWorth = origin === "own"
        ? isWorthReconcilingOwn(object, old, reconciler.ownAnnotations)
        : isWorthReconciling(object, old, reconciler.ownAnnotations);
      if (isWorth) this.#add(kind, key, { priority: priorityOf(origin) });
    }
    const published = type === "delete" ? undefined : this.#ask(object, "", () => reconciler.published(object));
    this.#wake(reconciler, { type, object, origin, ...(old ? { old } : {}) }, published);
  }

  /**
   * What a reconciler says of an object; one that predates its schema must not keep the whole kind from being listed.
   */
  #ask<T>({ kind, metadata }: KubeObject, otherwise: T, question: () => T): T {
    try {
      return question();
    } catch (error) {
      this.#options.log.error("An object cannot be read", { kind, key: keyOf(metadata), error });
      return otherwise;
    }
  }

  /**
   * Wakes what refers to an object when that changes what it publishes or stands for, appears, or goes. Its controller
   * is not told that it appears, for it made it.
   */
  #wake(reconciler: Reconciler, { type, object, old = object, origin }: Change, published: string | undefined): void {
    const id = `${reconciler.type.kind}/${keyOf(object.metadata)}`;
    if (this.#published.get(id) === published) return;
    if (published === undefined) this.#published.delete(id);
    else this.#published.set(id, published);
    const provides = [old, object].flatMap((each) => this.#ask(each, [], () => reconciler.provides(each)));
    const maker = type === "add"
      ? object.metadata.ownerReferences?.find(({ controller }) => controller)?.uid
      : undefined;
    for (const { kind, key } of this.#index.dependants(provides)) {
      const isMaker = maker !== undefined && this.#options.stores.of(kind).get(key)?.metadata.uid === maker;
      if (isMaker || `${kind}/${key}` === id) continue;
      this.#add(kind, key, { priority: priorityOf(origin) });
    }
  }
}

/** Calls once the signal aborts, or now if it has. */
function onAbort(signal: AbortSignal, call: () => void): void {
  if (signal.aborted) call();
  else signal.addEventListener("abort", call, { once: true });
}

function priorityOf(origin: Origin): Priority {
  return origin === "initial" ? "low" : "high";
}
