import { LONGEST_TIMER_MS } from "../deadline.ts";
import type { QueueMeter } from "./queue_meter.ts";

/** `high`: a fresh event; `low`: the initial list, polls, retries. */
export type Priority = "high" | "low";

interface Delayed {
  readonly at: number;
  readonly priority: Priority;
  readonly timer: ReturnType<typeof setTimeout>;
}

export interface WorkQueueOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  /** First wait of a failing key and the longest one, milliseconds. Default 1 s and 5 min. */
  readonly baseMs?: number;
  readonly mostMs?: number;
  readonly meter?: QueueMeter;
}

/** Of this many keys handed out, one is of low priority if there is any: a storm of events must not starve polls. */
const LOW_EVERY = 10;

/**
 * Keys of objects to reconcile. A key is in it once; no two workers ever hold the same key; one that is added while it
 * is worked on runs once more. A delayed key keeps the sooner time and the higher priority.
 */
export class WorkQueue {
  readonly #ready: Readonly<Record<Priority, Set<string>>> = { high: new Set(), low: new Set() };
  readonly #delayed = new Map<string, Delayed>();
  readonly #working = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #waiting: ((key: string | undefined) => void)[] = [];
  readonly #options: WorkQueueOptions;
  #handed = 0;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that are ready to be worked on. */
  get depth(): number {
    return this.depthOf("high") + this.depthOf("low");
  }

  depthOf(priority: Priority): number {
    return this.#ready[priority].size;
  }

  add(
    key: string,
    { priority = "high", afterMs = 0 }: { readonly priority?: Priority; readonly afterMs?: number } = {},
  ): void {
    if (this.#closed) return;
    const delayed = this.#delayed.get(key);
    const urgency = delayed?.priority === "high" ? "high" : priority;
    // What is ready runs sooner than any delay, and says then when to look again.
    if (afterMs > 0 && this.#isReady(key)) return;
    if (afterMs <= 0) {
      this.#forgetDelay(key);
      this.#makeReady(key, urgency);
      return;
    }
    const at = Math.min(this.#options.now() + afterMs, delayed?.at ?? Infinity);
    this.#forgetDelay(key);
    const timer = setTimeout(() => {
      const due = this.#delayed.get(key);
      this.#delayed.delete(key);
      if (due) this.#makeReady(key, due.priority);
    }, Math.min(Math.max(0, at - this.#options.now()), LONGEST_TIMER_MS));
    this.#delayed.set(key, { at, priority: urgency, timer });
  }

  /** Adds a key that failed: 1 s, doubling to 5 min unless `waits` says otherwise, half of it jitter. Returns the wait, ms. */
  retry(key: string, waits: Pick<WorkQueueOptions, "baseMs" | "mostMs"> = {}): number {
    const { baseMs = 1_000, mostMs = 300_000, random } = { ...this.#options, ...waits };
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.meter?.retried();
    const afterMs = Math.min(baseMs * 2 ** Math.min(failures, 30), mostMs) * (0.5 + random() / 2);
    this.add(key, { priority: "low", afterMs });
    return afterMs;
  }

  /** A key that succeeded starts anew. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Drops what waits for a later time, as for an object that is gone. */
  #forgetDelay(key: string): void {
    clearTimeout(this.#delayed.get(key)?.timer);
    this.#delayed.delete(key);
  }

  /** The next key; `undefined` once the queue is closed. The caller says `done` when it is through. */
  get(): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(undefined);
      this.#waiting.push(resolve);
      this.#hand();
    });
  }

  done(key: string): void {
    this.#working.delete(key);
    this.#options.meter?.done(key);
    this.#hand();
  }

  close(): void {
    this.#closed = true;
    for (const key of [...this.#delayed.keys()]) this.#forgetDelay(key);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #isReady(key: string): boolean {
    return this.#ready.high.has(key) || this.#ready.low.has(key);
  }

  #makeReady(key: string, priority: Priority): void {
    if (this.#closed || this.#ready.high.has(key)) return;
    if (priority === "high") this.#ready.low.delete(key);
    this.#ready[priority].add(key);
    this.#options.meter?.ready(key);
    this.#hand();
  }

  #hand(): void {
    while (this.#waiting.length > 0) {
      const key = this.#next();
      if (key === undefined) return;
      this.#working.add(key);
      this.#waiting.shift()?.(key);
    }
  }

  /** Takes the next key that nobody works on. */
  #next(): string | undefined {
    const { high, low } = this.#ready;
    for (const set of this.#handed % LOW_EVERY === LOW_EVERY - 1 ? [low, high] : [high, low]) {
      for (const key of set) {
        if (this.#working.has(key)) continue;
        set.delete(key);
        this.#handed++;
        this.#options.meter?.taken(key);
        return key;
      }
    }
    return undefined;
  }
}
