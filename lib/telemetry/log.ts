import { LOG_LEVELS, type LogFields, type Logger, type LogLevel } from "./api.ts";
import { redact, redactText } from "./redact.ts";

export interface LoggerOptions {
  /** Lines below this level are not written. */
  readonly level: LogLevel;
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
  /** JSON lines, or else a form for people. */
  readonly json: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Fields that come first, in this order; the rest follows the message. */
const FIRST = ["kind", "namespace", "name", "uid", "reconcileId", "reason"] as const;

/** A logger that writes one redacted line a message. */
export function createLogger(options: LoggerOptions, carried: LogFields = {}): Logger {
  const least = LOG_LEVELS.indexOf(options.level);
  const log = (level: LogLevel) => (message: string, fields: LogFields = {}) => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    const clean = redact({ ...carried, ...fields }) as Record<string, unknown>;
    const time = new Date(options.now()).toISOString();
    const line = { time, level, message: redactText(message), fields: clean };
    options.write(options.json ? jsonLine(line) : readableLine(line));
  };
  return {
    debug: log("DEBUG"),
    info: log("INFO"),
    warning: log("WARNING"),
    error: log("ERROR"),
    with: (fields) => createLogger(options, { ...carried, ...fields }),
  };
}

interface Line {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

function jsonLine({ time, level, message, fields }: Line): string {
  const first = Object.fromEntries(FIRST.map((field) => [field, fields[field]]));
  // A field named `message` must not replace the message.
  const { time: _time, level: _level, message: _message, ...rest } = fields;
  return JSON.stringify({ time, level, ...first, message, ...rest });
}

function readableLine({ time, level, message, fields }: Line): string {
  const { kind, namespace, name, uid: _uid, reconcileId: _id, ...rest } = fields;
  const object = name === undefined ? [] : [`${kind ?? ""} ${namespace ?? ""}/${name}`.trim()];
  const extras = Object.entries(rest).filter(([, value]) => value !== undefined).map(([field, value]) =>
    `${field}=${typeof value === "string" && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`
  );
  return [time.slice(11, 19), level.padEnd(7), ...object, message, ...extras].join("  ");
}
