import type { Clock } from "../telemetry/api.ts";

interface Waiter {
  readonly admit: () => void;
}

/** Calls a second without any throttling: more than one operator needs, so that the budget is felt only once refused. */
const MOST_PER_SECOND = 2_000;
const LEAST_PER_SECOND = 1;
/** The rate's recovery, a second. */
const GROWTH = 1.1;

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
  #sent = 0;
  #sentSince: number;

  constructor(clock: Pick<Clock, "monotonic" | "sleep">) {
    this.#clock = clock;
    this.#at = this.#sentSince = clock.monotonic();
  }

  /** Calls a second at present. */
  get rate(): number {
    return this.#perSecond;
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

  /** The service said: too many. Halves what was really sent, or the rate if that is lower. */
  throttled(): void {
    this.#refill();
    const seconds = Math.max(1, (this.#clock.monotonic() - this.#sentSince) / 1000);
    this.#perSecond = Math.max(LEAST_PER_SECOND, Math.min(this.#perSecond, Math.max(1, this.#sent / seconds)) / 2);
    this.#tokens = 0;
    this.#sent = 0;
    this.#sentSince = this.#clock.monotonic();
  }

  #take(): void {
    this.#tokens--;
    this.#sent++;
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    const seconds = (now - this.#at) / 1000;
    this.#at = now;
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
