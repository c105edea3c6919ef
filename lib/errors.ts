/** Something else must change first. Not an error: its change wakes the object; `afterMs` is only a net. */
export class WaitingError extends Error {
  override readonly name = "WaitingError";

  /**
   * @param options.conditionType a negative condition of the contract that is True meanwhile, such as
   * `ProviderNotReady`
   * @param options.missing true: a person may have to add something, so an Event says it too
   */
  constructor(
    readonly reason: string,
    message: string,
    readonly options: { conditionType?: string; afterMs?: number; missing?: boolean } = {},
  ) {
    super(message);
  }
}

/** A person must act: no retry until the spec or a reference changes, or the drift interval passes. */
export class StalledError extends Error {
  override readonly name = "StalledError";

  /** @param conditionType a negative condition of the contract that is True meanwhile, such as `PolicyInvalid` */
  constructor(
    readonly reason: string,
    message: string,
    readonly options: ErrorOptions & { conditionType?: string } = {},
  ) {
    super(message, options);
  }
}

/**
 * A deletion that cannot go on: the finalizer stays, `DeletionBlocked` says why, and it is tried again with backoff.
 */
export class BlockedError extends Error {
  override readonly name = "BlockedError";

  /** @param reason `DeletionBlocked`, `BucketNotEmpty` or `InUse` */
  constructor(readonly reason: string, message: string, readonly options: ErrorOptions & { afterMs?: number } = {}) {
    super(message, options);
  }
}

/** Work that did not succeed and is tried again with backoff, with a reason of the contract. */
export class FailedError extends Error {
  override readonly name = "FailedError";

  constructor(readonly reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
