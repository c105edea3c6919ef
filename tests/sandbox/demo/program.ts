import { resolve } from "node:path";

/** An executable of the operator, such as `deno task compile` writes. */
export interface Program {
  /** Absolute. */
  readonly path: string;
  /** As it says itself, such as `1.0.0 (commit 0123abc, 2026-01-31T00:00:00Z)`. */
  readonly version: string;
}

const VERSION = /^\d+\.\d+\.\d+( \(.*\))?$/;
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file; `deno task compile` makes dist/wasabi-s3-operator",
  ENOTDIR: "there is no such file",
  EACCES: "it is not executable",
};

/**
 * Asks the executable of flag `--program` for its version.
 * @param base folder of relative paths
 * @throws TypeError, with the flag's name, where it cannot be run, or is another program
 */
export async function findProgram(file: string, base: string): Promise<Program> {
  const path = resolve(base, file);
  try {
    const command = new Deno.Command(path, { args: ["version"], stdin: "null", stderr: "null" });
    const { success, stdout } = await command.output();
    const version = new TextDecoder().decode(stdout).trim();
    if (success && VERSION.test(version)) return { path, version };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TypeError(`--program "${file}": ${REASONS[code ?? ""] ?? message}`, { cause });
  }
  throw new TypeError(`--program "${file}": it is not the operator, which would have told its version`);
}
