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

export type { ApiType, CallResult, Metrics } from "./metrics_api.ts";

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
