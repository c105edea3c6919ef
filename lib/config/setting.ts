import { parseSelector } from "../kube/selector.ts";
import { UsageError } from "./usage_error.ts";

/** Reads a value; throws a `UsageError` whose message says what would be right. */
export type Parse<T> = (text: string) => T;

/** One setting: an environment variable, and the flag of the same name in lower case with dashes. */
export interface Setting<T> {
  /** `undefined`: a flag alone. */
  readonly env: string | undefined;
  /** Without the leading dashes. */
  readonly flag: string;
  readonly parse: Parse<T>;
  /** The value when neither flag nor variable is given. */
  readonly fallback: T;
  readonly help: string;
  /** What stands after the flag in the help text, such as `PORT`; absent for a switch, which needs no value. */
  readonly placeholder?: string;
  /** True: a variable that makes no sense is ignored with a warning, as OpenTelemetry asks for; a flag never is. */
  readonly lenient?: boolean;
  /** True: no message shows the value. */
  readonly secret?: boolean;
}

/** A setting whose flag follows from its variable: LOG_LEVEL is `--log-level`. */
export function setting<T>(
  env: string,
  options: Omit<Setting<T>, "env" | "flag" | "fallback"> & { readonly fallback: NoInfer<T> },
): Setting<T> {
  return { env, flag: env.toLowerCase().replaceAll("_", "-"), ...options };
}

/** One of a few words, in any case. `synonyms` are words that installations of 0.2.x use for one of them. */
export function oneOf<const W extends string>(
  words: readonly W[],
  synonyms: Readonly<Record<string, W>> = {},
): Parse<W> {
  return (text) => {
    const lower = text.toLowerCase();
    const found = words.find((word) => word.toLowerCase() === lower) ??
      (Object.hasOwn(synonyms, lower) ? synonyms[lower] : undefined);
    if (found === undefined) throw new UsageError(`give one of ${words.join(", ")}`);
    return found;
  };
}

/** A whole number within bounds, both included. */
export function integer(least: number, most: number): Parse<number> {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(number >= least && number <= most)) throw new UsageError(`give a whole number from ${least} to ${most}`);
    return number;
  };
}

/** true or false, or what else people write for it in a chart. */
export function boolean(text: string): boolean {
  const lower = text.toLowerCase();
  if (["true", "1", "yes", "on"].includes(lower)) return true;
  if (["false", "0", "no", "off"].includes(lower)) return false;
  throw new UsageError("give true or false");
}

export function text(value: string): string {
  return value;
}

/** A label selector as kubectl has it, in text. */
export function labelSelector(value: string): string {
  try {
    return parseSelector(value).text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${error.message}: give one as kubectl has it, such as shard=a, or !shard`);
  }
}

/** Namespaces, separated by commas or spaces, each once. */
export function namespaces(value: string): readonly string[] {
  const names = value.split(/[\s,]+/).filter((name) => name !== "");
  const wrong = names.find((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no name of a namespace: give names separated by commas`);
  return [...new Set(names)];
}
