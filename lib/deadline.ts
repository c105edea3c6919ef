/** The longest wait that a timer can count, milliseconds: a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A signal that aborts with its parent or when an armed time is over. `end` lets go of both: `AbortSignal.any` and
 * `AbortSignal.timeout` would keep each signal for as long as the parent lives or the time runs.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #follow = () => this.abort(this.#parent?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parent?: AbortSignal) {
    this.#parent = parent;
    if (parent?.aborted) this.#follow();
    else parent?.addEventListener("abort", this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Aborts with `reason` in `ms` milliseconds; replaces what was armed before. The reason is made only then: most deadlines
   * end before, and an error costs its stack.
   */
  arm(ms: number, reason: () => Error): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.abort(reason()), Math.min(ms, LONGEST_TIMER_MS));
  }

  abort(reason?: unknown): void {
    this.end();
    this.#controller.abort(reason);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this.#follow);
  }

  [Symbol.dispose](): void {
    this.end();
  }
}
