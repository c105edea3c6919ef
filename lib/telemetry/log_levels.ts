/** Levels in rising order of severity. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** Parts of the operator whose lines can have a level of their own; their lines name it in field `component`. */
export const LOG_COMPONENTS = ["kube", "aws", "handlers", "tracing"] as const;
export type LogComponent = typeof LOG_COMPONENTS[number];

/** The least level of lines of a component; `undefined` for lines of none. */
export type LeastLevel = (component: unknown) => LogLevel;

/**
 * The levels that a checked text names, such as `INFO,kube=DEBUG`. Of two for one component the last one counts.
 * @param text as `logLevel` of lib/config leaves it
 */
export function leastLevel(text: string): LeastLevel {
  const [first = "INFO", ...others] = text.split(",");
  const levels = new Map<unknown, LogLevel>(others.map((other) => other.split("=") as [string, LogLevel]));
  return (component) => levels.get(component) ?? first as LogLevel;
}
