import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";

/** Whose timers they are, so that those of a process that dies go with it. */
export interface Owner {
  dead: boolean;
  /** Until then it runs nothing; what was due meanwhile is late. By the time's own milliseconds. */
  frozenUntil?: number;
}

interface Timer {
  readonly at: number;
  /** Decides between timers of the same time; what is equal keeps its order. */
  readonly label: string;
  readonly owner: Owner | undefined;
  readonly fire: () => void;
}

const START = Date.UTC(2026, 0, 1);
/** So many turns of the event loop in a row without anything happening, and nothing more will until time moves. */
const QUIET_TURNS = 4;

/**
 * Time that moves only when nothing else can happen, and then at once to the next timer: days pass in milliseconds, and
 * always in the same order. It takes the place of the timers of the whole program until it is disposed of.
 */
export class VirtualTime implements Disposable {
  readonly #timers = new Map<number, Timer>();
  readonly #owners = new AsyncLocalStorage<Owner | undefined>();
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  #elapsed = 0;
  #serial = 0;
  #activity = 0;

  constructor() {
    const clear = (id?: number) => void this.#timers.delete(id ?? 0);
    Object.assign(globalThis, {
      setTimeout: (fire: () => void, ms?: number) => this.set(fire, ms),
      clearTimeout: clear,
      setInterval: (fire: () => void, ms?: number) => this.#repeat(fire, ms),
      clearInterval: clear,
    });
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
    this.#timers.clear();
  }

  /** Epoch milliseconds. */
  now(): number {
    return START + this.#elapsed;
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /** Runs code whose timers belong to the owner, or to nobody. */
  as<T>(owner: Owner | undefined, work: () => T): T {
    return this.#owners.run(owner, work);
  }

  /** Waits; of those that wait until the same time, the labels say who goes first. */
  wait(ms: number, label: string): Promise<void> {
    return new Promise((resolve) => void this.set(resolve, ms, { label }));
  }

  /** @returns the timer's id */
  set(fire: () => void, ms = 0, { id = ++this.#serial, label = "" } = {}): number {
    const owner = this.#owners.getStore();
    if (owner?.dead) return id;
    this.#activity++;
    this.#timers.set(id, { at: this.#elapsed + Math.max(0, ms), label, owner, fire });
    return id;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const stop = () => {
        this.#timers.delete(id);
        resolve();
      };
      const id = this.set(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Its timers never fire, and it sets no new ones. */
  kill(owner: Owner): void {
    owner.dead = true;
    for (const [id, timer] of this.#timers) if (timer.owner === owner) this.#timers.delete(id);
  }

  /** It runs nothing for so long: as a process that is stopped, or whose machine is. */
  freeze(owner: Owner, ms: number): void {
    owner.frozenUntil = this.#elapsed + ms;
  }

  /** Moves the clock without firing anything: what was due meanwhile is late. */
  skip(ms: number): void {
    this.#elapsed += ms;
  }

  /** Lets everything run that waits for nothing but promises. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#activity;
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (before !== this.#activity) quiet = -1;
    }
  }

  /** Runs until it holds, or for `ms` of its own time. Returns whether it holds. */
  async runUntil(holds: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
    const end = this.#elapsed + ms;
    for (;;) {
      await this.settle();
      if (await holds()) return true;
      const next = this.#next();
      if (next === undefined || dueAt(next[1]) > end) {
        this.#elapsed = Math.max(this.#elapsed, end);
        return false;
      }
      const [id, timer] = next;
      const { owner, fire } = timer;
      this.#timers.delete(id);
      this.#elapsed = Math.max(this.#elapsed, dueAt(timer));
      this.#activity++;
      this.as(owner, fire);
    }
  }

  #repeat(fire: () => void, ms = 0): number {
    const id = ++this.#serial;
    const again = () => {
      this.set(again, ms, { id });
      fire();
    };
    return this.set(again, ms, { id });
  }

  #next(): [number, Timer] | undefined {
    let found: [number, Timer] | undefined;
    for (const each of this.#timers) if (found === undefined || isSooner(each[1], found[1])) found = each;
    return found;
  }
}

/** What came due while its owner was frozen fires at the thaw, in its order. */
function dueAt({ at, owner }: Timer): number {
  return Math.max(at, owner?.frozenUntil ?? 0);
}

function isSooner(one: Timer, other: Timer): boolean {
  const [first, second] = [dueAt(one), dueAt(other)];
  if (first !== second) return first < second;
  return one.at < other.at || (one.at === other.at && one.label < other.label);
}
