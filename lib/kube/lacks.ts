import type { Clock, Logger } from "../telemetry/api.ts";
import { Backoff } from "./backoff.ts";

/**
 * Asks what the operator cannot do without and does not have, in sentences with the remedy; none where all is there or
 * where it cannot be told. Must not throw.
 */
export type AskLacks = (signal: AbortSignal) => Promise<readonly string[]>;

export interface LacksOptions {
  readonly ask: AskLacks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** Waits until nothing is lacking, and says what is. */
export class Lacks {
  readonly #options: LacksOptions;
  #found: readonly string[] | undefined;

  constructor(options: LacksOptions) {
    this.#options = options;
  }

  /** What was lacking when it was looked last; `undefined` before the first look. */
  get found(): readonly string[] | undefined {
    return this.#found;
  }

  /** Resolves when nothing is lacking any more, or the signal has aborted. */
  async supplied(signal: AbortSignal): Promise<void> {
    const { ask, clock, log, random } = this.#options;
    const backoff = new Backoff({ baseMs: 1_000, mostMs: 30_000, random });
    while (!signal.aborted) {
      const found = await ask(signal);
      // Each is said once, as long as it does not come and go.
      for (const lack of found) if (!this.#found?.includes(lack)) log.warning(lack);
      this.#found = found;
      if (found.length === 0) return;
      await clock.sleep(backoff.next(), signal);
    }
  }
}
