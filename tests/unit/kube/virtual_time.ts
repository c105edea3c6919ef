import { setImmediate } from "node:timers";
import type { Clock } from "../../../lib/telemetry/api.ts";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** A clock that moves only when told. `installTimers` makes `setTimeout` obey it too, until it is disposed of. */
export class VirtualTime implements Clock {
  /** What is added to the monotonic clock to get the wall clock, milliseconds. */
  wallOffset = Date.UTC(2026, 0, 1);
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, Timer>();
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

  now(): number {
    return Math.floor(this.wallOffset + this.#now);
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = this.set(resolve, ms);
      signal?.addEventListener("abort", () => (this.clear(timer), resolve()), { once: true });
    });
  }

  set(fire: () => void, ms = 0): number {
    this.#timers.set(this.#next, { at: this.#now + Math.max(0, ms), fire });
    return this.#next++;
  }

  clear(timer: number | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer);
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer; `undefined` when none waits. */
  get untilNext(): number | undefined {
    const times = [...this.#timers.values()].map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times) - this.#now;
  }

  /** Moves the clock, firing timers in their order, and lets what they wake run. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].fire();
      await settle();
    }
    this.#now = end;
  }

  /** Moves the clock without running anything, as a frozen process sees it. */
  freeze(ms: number): void {
    this.#now += ms;
  }

  installTimers(): Disposable {
    Object.assign(globalThis, {
      setTimeout: (fire: () => void, ms?: number) => this.set(fire, ms),
      clearTimeout: (timer?: number) => this.clear(timer),
    });
    return { [Symbol.dispose]: () => Object.assign(globalThis, this.#real) };
  }
}
