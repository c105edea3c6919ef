import type { QueueMetrics } from "../telemetry/metrics_api.ts";

export interface QueueMeterOptions {
  /** The kind whose queue it is. */
  readonly kind: string;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly metrics: QueueMetrics;
}

/** Measures how long keys wait for a worker, and how long workers have them. */
export class QueueMeter {
  readonly #readyAt = new Map<string, number>();
  readonly #takenAt = new Map<string, number>();
  readonly #options: QueueMeterOptions;

  constructor(options: QueueMeterOptions) {
    this.#options = options;
  }

  /** A key is ready to be worked on; nothing new where it was already. */
  ready(key: string): void {
    if (this.#readyAt.has(key)) return;
    this.#readyAt.set(key, this.#options.now());
    this.#options.metrics.queueAdded(this.#options.kind);
  }

  taken(key: string): void {
    const { kind, now, metrics } = this.#options;
    metrics.queueTaken(kind, secondsSince(this.#readyAt.get(key), now()));
    this.#readyAt.delete(key);
    this.#takenAt.set(key, now());
  }

  done(key: string): void {
    const { kind, now, metrics } = this.#options;
    metrics.worked(kind, secondsSince(this.#takenAt.get(key), now()));
    this.#takenAt.delete(key);
  }

  retried(): void {
    this.#options.metrics.queueRetried(this.#options.kind);
  }

  /** For how long each running reconcile has been going on, seconds. */
  running(): number[] {
    const now = this.#options.now();
    return [...this.#takenAt.values()].map((at) => secondsSince(at, now));
  }
}

function secondsSince(at: number | undefined, now: number): number {
  return at === undefined ? 0 : (now - at) / 1000;
}
