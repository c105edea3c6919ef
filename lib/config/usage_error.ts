/** A command line or environment that cannot be used, with its name and the remedy; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
