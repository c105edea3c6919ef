/** Waits that double from `baseMs` to `mostMs`, each with up to half of it as jitter. */
export class Backoff {
  #failures = 0;

  constructor(readonly options: { readonly baseMs: number; readonly mostMs: number; readonly random: () => number }) {}

  /** The next wait, milliseconds. */
  next(): number {
    const { baseMs, mostMs, random } = this.options;
    return Math.min(baseMs * 2 ** this.#failures++, mostMs) * (0.5 + random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
