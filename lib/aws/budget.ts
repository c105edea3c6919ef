import type { Clock } from "../telemetry/api.ts";

interface Waiter {
  readonly admit: () => void;
}

/** What a budget tells of itself. */
export interface BudgetUse {
  /** Calls a second that it allows at present. */
  readonly perSecond: number;
  /** Calls that wait for it, by priority. */
  readonly waiting: { readonly high: number; readonly normal: number };
  /** Calls that it has let through. */
  readonly admitted: number;
  /** How often it was cut because the service throttled. */
  readonly cuts: number;
}

/**
 * Calls a second without any throttling: more than one operator needs, so that the budget is felt only once refused.
 */
const MOST_PER_SECOND = 2_000;
const LEAST_PER_SECOND = 1;
/** The rate's recovery, a second. */
const GROWTH = 1.1;
/** Calls that were under way together are refused together: that is one refusal, not many. */
const HALVE_EVERY_MS = 1_000;

/**
 * A Provider's budget of calls, shared by all kinds: a token bucket that halves its rate when the service throttles and
 * grows back by a tenth a second; deletions and rotations are served first.
 */
export class Budget {
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  readonly #waiting: { readonly high: Set<Waiter>; readonly normal: Set<Waiter> } = {
    high: new Set(),
    normal: new Set(),
  };
  #perSecond = MOST_PER_SECOND;
  #tokens = MOST_PER_SECOND;
  #at: number;
  #pumping = false;
  /** Calls sent of late: each counts less as it gets older, so that this is about the rate of the last second. */
  #sentOfLate = 0;
  #halvedAt = -Infinity;
  #admitted = 0;
  #cuts = 0;

  constructor(clock: Pick<Clock, "monotonic" | "sleep">) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  use(): BudgetUse {
    this.#refill();
    const { high, normal } = this.#waiting;
    return {
      perSecond: this.#perSecond,
      waiting: { high: high.size, normal: normal.size },
      admitted: this.#admitted,
      cuts: this.#cuts,
    };
  }

  /** Resolves when a call may start; rejects with the signal's reason when aborted while waiting. */
  async acquire(priority: "high" | "normal", signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#refill();
    const idle = this.#waiting.high.size + this.#waiting.normal.size === 0;
    if (idle && this.#tokens >= 1) {
      this.#take();
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const set = this.#waiting[priority];
      const stop = () => {
        set.delete(waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        admit: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      set.add(waiter);
      signal?.addEventListener("abort", stop, { once: true });
      void this.#pump();
    });
  }

  /** The service said: too many. Halves the rate that was really used of late, or the budget's if that is lower. */
  throttled(): void {
    this.#refill();
    this.#tokens = 0;
    if (this.#at - this.#halvedAt < HALVE_EVERY_MS) return;
    this.#halvedAt = this.#at;
    this.#cuts++;
    this.#perSecond = Math.max(LEAST_PER_SECOND, Math.min(this.#perSecond, this.#sentOfLate) / 2);
  }

  #take(): void {
    this.#tokens--;
    this.#admitted++;
    this.#sentOfLate++;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
    this.#sentOfLate *= Math.exp(-seconds);
    this.#perSecond = Math.min(MOST_PER_SECOND, this.#perSecond * GROWTH ** seconds);
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + seconds * this.#perSecond);
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let next = this.#next(); next; next = this.#next()) {
      this.#refill();
      if (this.#tokens < 1) {
        await this.#clock.sleep(Math.max(1, (1 - this.#tokens) / this.#perSecond * 1000));
        continue;
      }
      const { set, waiter } = next;
      set.delete(waiter);
      this.#take();
      waiter.admit();
    }
    this.#pumping = false;
  }

  #next(): { readonly set: Set<Waiter>; readonly waiter: Waiter } | undefined {
    for (const set of [this.#waiting.high, this.#waiting.normal]) for (const waiter of set) return { set, waiter };
    return undefined;
  }
}
