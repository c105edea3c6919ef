/** Levels in rising order of severity. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** Fields of a log line; secrets among them are redacted by type and by pattern before anything is written. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines all carry `fields` too, such as kind, namespace, name and reconcile id. */
  with(fields: LogFields): Logger;
}

export type ApiType = "k8s" | "s3" | "iam";
export type CallResult = "success" | "error" | "cache_hit";

/**
 * What the program counts. Durations are seconds. One implementation on prom-client, one that does nothing for tests.
 */
export interface Metrics {
  reconciled(kind: string, result: "success" | "failed", seconds: number): void;
  bucketOperation(operation: string, result: "success" | "error"): void;
  providerConnectivity(provider: string, status: "connected" | "disconnected" | "error"): void;
  driftDetected(kind: string, resourceType: string): void;
  /** `seconds` is absent for a cache hit, which has no duration. */
  apiCall(apiType: ApiType, operation: string, result: CallResult, seconds?: number): void;
  rateLimitHit(apiType: ApiType): void;
  error(kind: string, errorType: string): void;
  /**
   * Counts up `resource_status_total` and moves the true gauge from the object's former status to `status`.
   * `deleted` counts once, and only for an object that had a status.
   */
  resourceStatus(kind: string, key: string, status: "ready" | "not_ready" | "deleted"): void;
}

/** Runs `fn` in a span; nests across awaits; records a throw and passes it on. */
export type TraceSpan = <T>(
  name: string,
  options: { readonly attributes?: Readonly<Record<string, string | number | boolean>> },
  fn: () => Promise<T>,
) => Promise<T>;

/** Wall clock and monotonic clock, injected so that tests can move them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that never go back and that count a suspended process's sleep where the platform can. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
