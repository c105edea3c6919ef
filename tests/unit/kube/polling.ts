/** Waits, in real time, until a condition holds. @throws Error when it does not within ten seconds */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 2_000; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited in vain: ${what}`);
}

/** Resolves to the promise's outcome if it settles within a second of real time, else to "hangs". */
export async function outcomeWithinSecond(promise: Promise<unknown>): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(() => resolve("hangs"), 1_000));
  const outcome = promise.then((value) => value, (error) => error);
  return await Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
