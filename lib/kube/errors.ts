/** An answer of the API server that is not a success, or none at all (`code` 0). */
export class KubeError extends Error {
  override readonly name = "KubeError";

  /**
   * @param code HTTP status; 0 when the server could not be reached
   * @param reason the Status object's reason, such as `NotFound`; `Network`, `Timeout`, `Unreadable`, `Credentials` or
   *   `NotLeader` for code 0
   * @param retryAfterMs what the server asked for, in milliseconds
   */
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The object changed under a write: 409 Conflict, or 422 of a failed JSON patch `test`, which the transport marks; or
 * the lease was lost, so that another process may change it. Requeue quietly; a 422 with any other reason, such as a
 * webhook's, is an error to tell.
 */
export function isStaleWrite(error: unknown): boolean {
  return error instanceof KubeError && (error.reason === "NotLeader" ||
    (error.code === 409 && error.reason !== "AlreadyExists") || (error.code === 422 && error.reason === "TestFailed"));
}

/** Throws what a write met; where its object is gone, as a stale write: there is nothing to do for it any more. */
export function goneIsStale(error: unknown): never {
  throw isNotFound(error) ? new KubeError(409, "Conflict", (error as KubeError).message) : error;
}

/** The API server says itself that it has no such object; a 404 of a proxy, or of a resource not served, tells nothing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.code === 404 && error.reason === "NotFound";
}
