import { type Setting } from "./setting.ts";
import { settings } from "./settings.ts";

/** The help text, made from the table of settings. */
export function helpText(): string {
  return `Reconciles Wasabi buckets, users, policies and access keys declared in Kubernetes.

Usage: wasabi-s3-operator [command] [flags]

Commands:
  run      Run the operator (default)
  crds     Print the CustomResourceDefinitions as YAML
  version  Print the version
  help     Print this text

Flags of run; each mirrors the environment variable beside it, and beats it:
${Object.values(settings).map((each) => flagLines(each as Setting<unknown>)).join("\n")}

Exit codes: 0 done, 1 failed while running, 2 wrong usage
`;
}

function flagLines({ flag, env, placeholder, help, fallback }: Setting<unknown>): string {
  const usage = `--${flag}${placeholder === undefined ? "" : ` ${placeholder}`}`;
  const hasDefault = fallback !== undefined && !(Array.isArray(fallback) && fallback.length === 0);
  const notes = [env, ...(hasDefault ? [`default ${fallback}`] : [])].filter((note) => note !== undefined);
  return `  ${usage}${notes.length > 0 ? `  [${notes.join(", ")}]` : ""}\n      ${help}`;
}
