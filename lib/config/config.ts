import { type Arguments, readArguments } from "./arguments.ts";
import { type Config, type SettingName, settings } from "./settings.ts";
import type { Setting } from "./setting.ts";
import { UsageError } from "./usage_error.ts";

/** What the command line asks for. */
export interface Invocation {
  readonly command: Arguments["command"];
  readonly config: Config;
  /** Variables that were ignored, and why. */
  readonly warnings: readonly string[];
}

/**
 * Reads flags and environment; a flag beats its variable, and an empty variable counts as none.
 * @throws UsageError naming the flag or variable, and the remedy
 */
export function readInvocation(args: readonly string[], env: (name: string) => string | undefined): Invocation {
  const { command, flags } = readArguments(args);
  // Only `run` has settings: a wrong variable must not keep anybody from the help text or the CRDs.
  const variables = command === "run" ? env : () => undefined;
  const warnings: string[] = [];
  const values = Object.entries(settings).map(([name, each]) => [name, readSetting(each as Setting<unknown>)]);
  const config = Object.fromEntries(values) as Record<SettingName, unknown> as Config;
  if (config.watchNamespaces.length > 0 && config.watchScope === "cluster") {
    throw new UsageError("WATCH_NAMESPACES has no effect in scope cluster: set WATCH_SCOPE=namespaced, or remove it");
  }
  return { command, config, warnings };

  function readSetting(each: Setting<unknown>): unknown {
    const { env: variable, flag, fallback, lenient } = each;
    const given = flags.get(flag);
    if (given !== undefined) return parseNamed(`--${flag}`, given, each);
    const value = variable === undefined ? "" : variables(variable)?.trim() ?? "";
    if (value === "") return fallback;
    try {
      return parseNamed(variable ?? flag, value, each);
    } catch (error) {
      if (!lenient || !(error instanceof UsageError)) throw error;
      warnings.push(`${error.message}; it is ignored`);
      return fallback;
    }
  }
}

function parseNamed(name: string, value: string, { parse, secret }: Setting<unknown>): unknown {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // A URL with a password in it is refused for that, and must not be shown with it.
    const shown = value.replace(/:\/\/.*@/s, "://[redacted]@");
    throw new UsageError(
      secret ? `${name} cannot be used: ${error.message}` : `${name} cannot be "${shown}": ${error.message}`,
    );
  }
}
