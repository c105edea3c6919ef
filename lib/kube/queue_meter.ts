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
  readonly #taken = new Map<string, { readonly at: number; readonly waited: number }>();
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
    const waited = secondsSince(this.#readyAt.get(key), now());
    metrics.queueTaken(kind, waited);
    this.#readyAt.delete(key);
    this.#taken.set(key, { at: now(), waited });
  }

  done(key: string): void {
    const { kind, now, metrics } = this.#options;
    metrics.worked(kind, secondsSince(this.#taken.get(key)?.at, now()));
    this.#taken.delete(key);
  }

  /** How long a key that is worked on waited for its worker, seconds. */
  waited(key: string): number {
    return this.#taken.get(key)?.waited ?? 0;
  }

  retried(): void {
    this.#options.metrics.queueRetried(this.#options.kind);
  }

  /** For how long each running reconcile has been going on, seconds. */
  running(): number[] {
    const now = this.#options.now();
    return [...this.#taken.values()].map(({ at }) => secondsSince(at, now));
  }
}

function secondsSince(at: number | undefined, now: number): number {
  return at === undefined ? 0 : (now - at) / 1000;
}
