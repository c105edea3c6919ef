import { isDeepStrictEqual } from "node:util";

/** Something did not go as it is to be shown. */
export class Surprise extends Error {
  override readonly name = "Surprise";

  constructor(readonly expected: string, readonly seen: string) {
    super(`Expected ${expected}, saw ${seen}`);
  }
}

/** @throws Surprise when the two differ */
export function expectEqual(what: string, seen: unknown, expected: unknown): void {
  if (isDeepStrictEqual(seen, expected)) return;
  throw new Surprise(`${what}: ${JSON.stringify(expected)}`, JSON.stringify(seen) ?? "nothing");
}

/** Runs a call that is to be refused with the error code. @throws Surprise when it is not */
export async function expectRefusal(what: string, code: string, call: Promise<unknown>): Promise<void> {
  const seen = await call.then(() => "success", (error) => error.name);
  if (seen !== code) throw new Surprise(`${what} to be refused with ${code}`, seen);
}

export interface UntilOptions<T> {
  /** Ends the waiting with its reason. */
  readonly signal: AbortSignal;
  /** What is there instead, for the report. */
  readonly seen: (last: T) => string;
  /** Milliseconds; default 30 000. */
  readonly patienceMs?: number;
}

const LOOK_MS = 20;

/**
 * Looks until there is what is looked for.
 * @returns how long it took, milliseconds
 * @throws Surprise when it takes too long
 */
export async function until<T>(
  what: string,
  { look, holds }: { readonly look: () => Promise<T> | T; readonly holds: (now: T) => boolean },
  { signal, seen, patienceMs = 30_000 }: UntilOptions<T>,
): Promise<number> {
  const started = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const last = await look();
    const elapsed = performance.now() - started;
    if (holds(last)) return elapsed;
    if (elapsed > patienceMs) throw new Surprise(`${what} within ${patienceMs / 1000} s`, seen(last));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
