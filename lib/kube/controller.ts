import type { Logger } from "../telemetry/api.ts";
import { Deadline } from "../deadline.ts";
import type { Reconciler, Requeue } from "./reconciler.ts";
import { WorkQueue, type WorkQueueOptions } from "./work_queue.ts";

export interface ControllerOptions extends WorkQueueOptions {
  readonly concurrency: number;
  readonly log: Logger;
  /** Bound on one reconcile, milliseconds. Default 10 min: emptying a bucket takes long. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 600_000;

/** Waits of a key whose object was stale, milliseconds. */
const SOON = { baseMs: 100, mostMs: 10_000 } as const;

/** The workers of one kind over its queue. */
export class Controller {
  readonly queue: WorkQueue;
  readonly #options: ControllerOptions;

  constructor(readonly reconciler: Reconciler, options: ControllerOptions) {
    this.queue = new WorkQueue(options);
    this.#options = options;
  }

  /**
   * Resolves when every worker has returned, which they do once the queue is closed.
   * @param signal aborts the reconciles themselves
   */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.concurrency }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.queue.get(); key !== undefined; key = await this.queue.get()) {
      try {
        await this.#reconcile(key, signal);
      } catch (error) {
        // A reconciler must not throw; one that does must not take its worker with it.
        this.#options.log.error("Reconciler threw", { kind: this.reconciler.type.kind, key, error });
        this.queue.retry(key);
      } finally {
        this.queue.done(key);
      }
    }
  }

  async #reconcile(key: string, stop: AbortSignal): Promise<void> {
    const requeue = await this.#bounded(key, stop);
    if (requeue === "backoff" || requeue === "soon") {
      this.queue.retry(key, requeue === "soon" ? SOON : {});
      return;
    }
    this.queue.forget(key);
    if (requeue !== "never") this.queue.add(key, { priority: "low", afterMs: requeue.afterMs });
  }

  /** One reconcile, aborted when it takes too long. */
  async #bounded(key: string, stop: AbortSignal): Promise<Requeue> {
    using deadline = new Deadline(stop);
    deadline.arm(this.#options.deadlineMs ?? DEADLINE_MS, () => new Error("The reconcile took too long"));
    return await this.reconciler.reconcile(key, { signal: deadline.signal, reconcileId: crypto.randomUUID() });
  }
}
