/** How a Provider wants calls repeated; `spec.retry`. */
export interface RetryOptions {
  readonly maxAttempts: number;
  readonly backoffStrategy: "exponential" | "linear";
}

const BASE_MS = 200;
const MOST_MS = 10_000;

/**
 * The wait before attempt `attempt + 1`, milliseconds, half of it jitter; `undefined` when there is none.
 * @param attempt attempts made so far, from 1
 * @param random in [0, 1)
 */
export function retryDelayMs(
  attempt: number,
  { maxAttempts, backoffStrategy }: RetryOptions,
  random: number,
): number | undefined {
  if (attempt >= maxAttempts) return undefined;
  const growth = backoffStrategy === "linear" ? attempt : 2 ** (attempt - 1);
  return Math.min(BASE_MS * growth, MOST_MS) * (0.5 + random / 2);
}
