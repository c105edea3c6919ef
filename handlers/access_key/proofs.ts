/**
 * Waits between two tries to prove one key, milliseconds: each refused try counts against the account (docs/wasabi.md).
 */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** More keys than are ever under proof at once; the oldest are forgotten, which costs one more call. */
const KEPT = 1_000;

/**
 * Remembers which keys are proven and how often the others were tried, so that no Event or resync tries them sooner.
 */
export class Proofs {
  readonly #tries = new Map<
    string,
    { readonly proven: boolean; readonly notBefore: number; readonly waitMs: number }
  >();

  /** True once `prove` said so; between two tries false without asking. */
  async check(id: string, now: number, prove: () => Promise<boolean>): Promise<boolean> {
    const last = this.#tries.get(id);
    if (last?.proven) return true;
    if (last && now < last.notBefore && now >= last.notBefore - last.waitMs) return false;
    const proven = await prove();
    const waitMs = Math.min(LONGEST_WAIT_MS, (last?.waitMs ?? FIRST_WAIT_MS / 2) * 2);
    this.#tries.delete(id);
    this.#tries.set(id, { proven, notBefore: now + waitMs, waitMs });
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > KEPT && oldest !== undefined) this.#tries.delete(oldest);
    return proven;
  }
}
