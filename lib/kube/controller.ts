import type { Logger } from "../telemetry/api.ts";
import type { QueueMetrics } from "../telemetry/metrics_api.ts";
import { noopMetrics } from "../telemetry/noop_metrics.ts";
import { withLogFields } from "../telemetry/tracing/context.ts";
import { Deadline } from "../deadline.ts";
import { QueueMeter } from "./queue_meter.ts";
import type { Reconciler, Requeue } from "./reconciler.ts";
import { WorkQueue, type WorkQueueOptions } from "./work_queue.ts";

export interface ControllerOptions extends Omit<WorkQueueOptions, "meter"> {
  readonly concurrency: number;
  readonly log: Logger;
  readonly metrics?: QueueMetrics;
  /** Bound on one reconcile, milliseconds. Default 10 min: emptying a bucket takes long. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 600_000;

/** Waits of a key whose object was stale, milliseconds. */
const SOON = { baseMs: 100, mostMs: 10_000 } as const;

/** The workers of one kind over its queue. */
export class Controller {
  readonly kind: string;
  readonly concurrency: number;
  readonly queue: WorkQueue;
  readonly meter: QueueMeter;
  readonly #options: ControllerOptions;
  readonly #metrics: QueueMetrics;

  constructor(readonly reconciler: Reconciler, options: ControllerOptions) {
    const { metrics = noopMetrics, now, concurrency } = options;
    this.kind = reconciler.type.kind;
    this.concurrency = concurrency;
    this.meter = new QueueMeter({ kind: this.kind, now, metrics });
    this.queue = new WorkQueue({ ...options, meter: this.meter });
    this.#options = options;
    this.#metrics = metrics;
  }

  /**
   * Resolves when every worker has returned, which they do once the queue is closed.
   * @param signal aborts the reconciles themselves
   */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: this.concurrency }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.queue.get(); key !== undefined; key = await this.queue.get()) {
      const started = this.#options.now();
      const requeue = await this.#identified(key, signal);
      this.#metrics.controllerReconciled(this.kind, resultOf(requeue), (this.#options.now() - started) / 1000);
      this.#requeue(key, requeue);
      this.queue.done(key);
    }
  }

  #requeue(key: string, requeue: Requeue): void {
    if (requeue === "backoff" || requeue === "soon") {
      this.queue.retry(key, requeue === "soon" ? SOON : {});
      return;
    }
    this.queue.forget(key);
    if (requeue !== "never") this.queue.add(key, { priority: "low", afterMs: requeue.afterMs });
  }

  /** One reconcile, whose lines in the log all say whose they are. */
  #identified(key: string, stop: AbortSignal): Promise<Requeue> {
    const reconcileId = crypto.randomUUID();
    const [namespace, name] = key.split("/");
    return withLogFields(
      { kind: this.kind, namespace, name, reconcileId },
      () => this.#bounded(key, reconcileId, stop),
    );
  }

  /** One reconcile, aborted when it takes too long. */
  async #bounded(key: string, reconcileId: string, stop: AbortSignal): Promise<Requeue> {
    using deadline = new Deadline(stop);
    deadline.arm(this.#options.deadlineMs ?? DEADLINE_MS, () => new Error("The reconcile took too long"));
    try {
      const queuedSeconds = this.meter.waited(key);
      return await this.reconciler.reconcile(key, { signal: deadline.signal, reconcileId, queuedSeconds });
    } catch (error) {
      // A reconciler must not throw; one that does must not take its worker with it.
      this.#options.log.error("Reconciler threw", { error });
      return "backoff";
    }
  }
}

/** controller-runtime's word for what follows a reconcile. */
function resultOf(requeue: Requeue): "success" | "error" | "requeue" | "requeue_after" {
  if (requeue === "backoff") return "error";
  if (requeue === "soon") return "requeue";
  return requeue === "never" ? "success" : "requeue_after";
}
