import type { LogFields } from "./api.ts";

/** Keys that are remembered; the oldest are forgotten first. */
const MOST_KEYS = 1_000;

interface Window {
  readonly since: number;
  passed: number;
  leftOut: number;
}

/** Lets `most` of a key pass in a time, and counts the others. */
class Limit {
  readonly #windows = new Map<string, Window>();

  constructor(readonly most: number, readonly perMs: number) {}

  /** How many were left out before this one; `undefined` where this one is left out too. */
  pass(key: string, now: number): number | undefined {
    const window = this.#windows.get(key);
    if (window !== undefined && now - window.since < this.perMs) {
      if (window.passed++ < this.most) return 0;
      window.leftOut++;
      return undefined;
    }
    this.#windows.delete(key);
    this.#windows.set(key, { since: now, passed: 1, leftOut: 0 });
    if (this.#windows.size > MOST_KEYS) this.#windows.delete(this.#windows.keys().next().value as string);
    return window?.leftOut ?? 0;
  }
}

/**
 * Sums up warnings and errors that come again and again: the same one of the same object is written once in ten minutes,
 * the same one of many objects twenty times a minute. The next line then says how many were left out.
 */
export class Repeats {
  readonly #same = new Limit(1, 600_000);
  readonly #alike = new Limit(20, 60_000);

  /** The fields to write beside those of the line; `undefined` where it is not to be written. */
  admit(message: string, fields: LogFields, now: number): LogFields | undefined {
    const { kind, namespace, name, reason, error, outage } = fields;
    const cause = error instanceof Error ? `${error.name} ${error.message}` : error;
    const repeated = this.#same.pass([message, kind, namespace, name, reason, outage, cause].join("|"), now);
    if (repeated === undefined) return undefined;
    const alike = this.#alike.pass(message, now);
    if (alike === undefined) return undefined;
    return { ...(repeated > 0 ? { repeated } : {}), ...(alike > 0 ? { alike } : {}) };
  }
}
