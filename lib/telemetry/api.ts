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

export type { ApiType, CallResult, Metrics } from "./metrics_api.ts";

export type { ActiveSpan, TraceSpan } from "./tracing/api.ts";

/** Wall clock and monotonic clock, injected so that tests can move them. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that never go back and that count a suspended process's sleep where the platform can. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
