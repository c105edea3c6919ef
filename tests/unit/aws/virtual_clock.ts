import type { Clock } from "../../../lib/telemetry/api.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it; sleepers wake in the order of their times. */
export class VirtualClock implements Clock {
  readonly #start = Date.UTC(2026, 0, 1);
  #elapsed = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#start + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { until: this.#elapsed + ms, wake };
      const sleepers = () => this.#sleepers.filter((each) => each !== sleeper);
      const abort = () => (this.#sleepers = sleepers(), resolve());
      function wake() {
        signal?.removeEventListener("abort", abort);
        resolve();
      }
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Milliseconds until the next sleeper wakes; `undefined` where nobody sleeps. */
  get nextWake(): number | undefined {
    if (this.#sleepers.length === 0) return undefined;
    return Math.min(...this.#sleepers.map(({ until }) => until)) - this.#elapsed;
  }

  /** Moves on, waking each sleeper at its time and letting all that follows happen before the next one. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (;;) {
      const [next] = this.#sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until);
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((each) => each !== next);
      this.#elapsed = Math.max(this.#elapsed, next.until);
      next.wake();
      await settle();
    }
    this.#elapsed = end;
  }
}

/** Lets everything that waits for nothing but microtasks happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
