import { BUILD_VARIABLES } from "../../lib/config/version.ts";
import { type Commit, readCommit } from "./commit.ts";
import { type Build, NO_CODE_FROM_STRINGS, permissionFlags, type PermissionOptions } from "./permissions.ts";

export interface CompileOptions extends PermissionOptions {
  readonly build: Build;
  /** Default: main.ts. */
  readonly entry?: string;
  /** The executable's path; its folder must exist. */
  readonly output: string;
  /** As Rust calls it; default: this machine's. */
  readonly target?: string | undefined;
  /** More flags of `deno compile`. */
  readonly flags?: readonly string[];
  /** More environment for `deno compile`, not for the program. */
  readonly compilerEnv?: Readonly<Record<string, string>>;
}

const ROOT = new URL("../../", import.meta.url);

/**
 * A thousand buckets at rest take 50 MiB; a leak ends the process, not the node. The other two let V8 collect earlier
 * (docs/performance.md).
 */
const HEAP = ["--max-old-space-size=1024", "--max-semi-space-size=2", "--heap-growing-percent=20"];

/** The flags that `deno run` would take too: of V8, and permissions. */
export function runtimeFlags(build: Build, options: PermissionOptions = {}): string[] {
  return [`--v8-flags=${[NO_CODE_FROM_STRINGS, ...HEAP].join(",")}`, ...permissionFlags(build, options)];
}

/** Compiles a program into one executable. @throws Error with what `deno compile` said */
export async function compile(
  { build, entry = "main.ts", output, target, flags = [], compilerEnv = {}, ...permissions }: CompileOptions,
) {
  const envFile = `${output}.env`;
  await Deno.writeTextFile(envFile, variables(await readCommit(ROOT)));
  try {
    const args = [
      "compile",
      "--quiet",
      "--bundle",
      "--minify",
      ...runtimeFlags(build, permissions),
      // The cache is a file beside the program's temporary ones, and a pod has no place for those.
      ...(build === "pod" ? ["--no-code-cache"] : []),
      `--env-file=${envFile}`,
      ...(target === undefined ? [] : ["--target", target]),
      ...flags,
      "--output",
      output,
      entry,
    ];
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: ROOT,
      env: compilerEnv,
      stdin: "null",
    })
      .output();
    if (!success) throw new Error(`It does not compile: ${new TextDecoder().decode(stderr).trim()}`);
  } finally {
    await Deno.remove(envFile);
  }
}

function variables({ commit, date }: Commit): string {
  const values = [commit, date];
  return BUILD_VARIABLES.flatMap((name, i) => values[i] === undefined ? [] : `${name}=${values[i]}\n`).join("");
}
