import { nearest } from "./nearest.ts";
import { settings } from "./settings.ts";
import { UsageError } from "./usage_error.ts";

export const COMMANDS = ["run", "crds", "version", "help"] as const;

/** A command line, split but for the values. */
export interface Arguments {
  readonly command: typeof COMMANDS[number];
  /** Text by flag, without its dashes; a switch without a value is `true`. */
  readonly flags: ReadonlyMap<string, string>;
}

/** Whether a flag needs a value. */
const flagKinds: ReadonlyMap<string, "value" | "switch"> = new Map(
  Object.values(settings).map((each) => [each.flag, "placeholder" in each ? "value" : "switch"]),
);

/**
 * Splits a command line: `[command] [--flag value | --flag=value | --switch]...`.
 * @throws UsageError for a command or flag that there is none of, or a missing value
 */
export function readArguments(args: readonly string[]): Arguments {
  const flags = new Map<string, string>();
  const commands: string[] = [];
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--help" || argument === "-h") return { command: "help", flags: new Map() };
    if (argument === "--version") commands.push("version");
    else if (!argument.startsWith("-")) commands.push(argument);
    else readFlag(argument, rest, flags);
  }
  return { command: readCommand(commands), flags };
}

function readFlag(argument: string, rest: string[], flags: Map<string, string>): void {
  const [name = "", ...parts] = argument.replace(/^--/, "").split("=");
  const kind = flagKinds.get(name);
  if (kind === undefined || !argument.startsWith("--")) {
    throw new UsageError(`Unknown flag "${argument.split("=")[0]}"${didYouMean(name, [...flagKinds.keys()], "--")}`);
  }
  if (kind === "switch" && parts.length === 0 && /^(true|false|yes|no|on|off|[01])$/i.test(rest[0] ?? "")) {
    throw new UsageError(`--${name} takes its value after "=": give --${name}=${rest[0]}`);
  }
  const isBare = parts.length === 0;
  const value = !isBare ? parts.join("=") : kind === "switch" ? "true" : rest.shift();
  if (!value || (kind === "value" && isBare && value.startsWith("--"))) {
    throw new UsageError(`--${name} needs a value: give --${name}=VALUE`);
  }
  flags.set(name, value);
}

function readCommand([command = "run", extra]: readonly string[]): Arguments["command"] {
  const known = COMMANDS.find((each) => each === command);
  if (known === undefined) throw new UsageError(`Unknown command "${command}"${didYouMean(command, COMMANDS, "")}`);
  if (extra !== undefined) {
    throw new UsageError(`Unexpected argument "${extra}": give one command, ${COMMANDS.join(", ")}`);
  }
  return known;
}

function didYouMean(word: string, words: readonly string[], prefix: string): string {
  const near = nearest(word, words);
  return near === undefined ? ": see --help" : `: did you mean ${prefix}${near}?`;
}
