import type { LogFields, Logger } from "./api.ts";
import { type LeastLevel, leastLevel, LOG_LEVELS, type LogLevel } from "./log_levels.ts";
import { redact } from "./redact.ts";
import { redactText } from "./redact_text.ts";
import { Repeats } from "./repeats.ts";
import { logFields } from "./tracing/context.ts";

export interface LoggerOptions {
  /** Lines below it are not written: a level, with those of components behind it, such as `INFO,kube=DEBUG`. */
  readonly level: string;
  /** Takes one line, without its newline. */
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** For people at a terminal instead of JSON. Default false. */
  readonly readable?: boolean;
}

/** What the loggers of one output share. */
interface Logging extends LoggerOptions {
  readonly least: LeastLevel;
  readonly repeats: Repeats;
}

/** The fields that come first in a line, in this order. */
const FIRST = ["kind", "namespace", "name", "uid", "reconcileId", "traceId", "component", "reason"] as const;

/**
 * A logger that writes one JSON object a line, without secrets; docs/logging.md. What a reconcile logs carries its
 * object, id and trace; what comes again and again is summed up. It never throws.
 */
export function createLogger(options: LoggerOptions): Logger {
  const repeats = new Repeats();
  return loggerWith({}, { ...options, least: leastLevel(options.level), repeats });
}

/** Writes nothing. */
export const noopLogger: Logger = { debug() {}, info() {}, warning() {}, error() {}, with: () => noopLogger };

function loggerWith(base: LogFields, logging: Logging): Logger {
  const least = LOG_LEVELS.indexOf(logging.least(base["component"]));
  const at = (level: LogLevel) => (message: string, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    try {
      const all = { ...logFields(), ...base, ...fields };
      const isTrouble = level === "WARNING" || level === "ERROR";
      const counts = isTrouble ? logging.repeats.admit(`${level} ${message}`, all, logging.now()) : {};
      if (counts !== undefined) logging.write(line(level, message, { ...all, ...counts }, logging));
    } catch {
      // A log that cannot be written must not stop the work.
    }
  };
  return {
    debug: at("DEBUG"),
    info: at("INFO"),
    warning: at("WARNING"),
    error: at("ERROR"),
    with: (fields) => loggerWith({ ...base, ...fields }, logging),
  };
}

function line(level: LogLevel, message: string, fields: LogFields, { now, readable }: LoggerOptions): string {
  const time = new Date(now()).toISOString();
  const { time: _time, level: _level, message: _message, ...rest } = redact(fields) as Record<string, unknown>;
  const text = redactText(message);
  if (readable) return readableLine({ time, level, message: text }, rest);
  const first = Object.fromEntries(FIRST.map((name) => [name, rest[name]]));
  return JSON.stringify({ time, level, ...first, message: text, ...rest });
}

/** `12:00:00 INFO    Bucket team-a/data: Applied tagging (reason=Drift)` */
function readableLine(
  { time, level, message }: { readonly time: string; readonly level: LogLevel; readonly message: string },
  { kind, namespace, name, uid: _uid, reconcileId: _id, traceId: _trace, component: _part, error, ...rest }: Record<
    string,
    unknown
  >,
): string {
  const object = name === undefined ? "" : `${kind ?? ""} ${namespace ?? ""}/${name}: `.trimStart();
  const pairs = Object.entries(rest).filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const details = pairs.length > 0 ? ` (${pairs.join(", ")})` : "";
  const first = printable(`${time.slice(11, 19)} ${level.padEnd(7)} ${object}${message}${details}`);
  return [first, ...errorLines(error)].join("\n  ");
}

/** An error's stack and those of its causes, in lines of their own. */
function errorLines(error: unknown): string[] {
  if (error === undefined) return [];
  const { stack, message, cause } = (typeof error === "object" && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const lines = String(stack ?? message ?? JSON.stringify(error)).split("\n").map(printable);
  if (cause === undefined) return lines;
  const [first, ...rest] = errorLines(cause);
  return [...lines, `Caused by: ${first}`, ...rest];
}

/**
 * A terminal must not obey what a name or an answer from outside contains, nor take it for a line or an order of its
 * own.
 */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, "?");
}
