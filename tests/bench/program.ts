import { compile, runtimeFlags } from "../../tools/executable/compiler.ts";
import type { Program } from "./operator.ts";

/** The operator as users run it, or as near to that as this machine can. */
export interface Bundled extends Program {
  /** What it is, in words. */
  readonly form: string;
  readonly executableMib: number | undefined;
  /** The bundle alone, which the executable holds beside the runtime. */
  readonly bundleMib: number;
}

const ROOT = new URL("../../", import.meta.url);
const MIB = 1024 * 1024;

/**
 * Compiles the operator for pods, which may read the folder too, or bundles it where no runtime to compile with can be
 * had; or takes an executable.
 */
export async function bundled(folder: string, executable?: string): Promise<Bundled> {
  const file = await bundle(folder);
  const bundleMib = await sizeOf(file);
  const path = executable ?? await compiled(folder);
  if (path !== undefined) {
    const form = executable === undefined ? "the compiled executable" : "the executable given";
    return { form, path, args: [], executableMib: await sizeOf(path), bundleMib };
  }
  const form = "the minified bundle under deno run (no runtime to compile with could be had)";
  return {
    form,
    path: Deno.execPath(),
    args: ["run", ...runtimeFlags("pod", { read: [folder] }), file],
    executableMib: undefined,
    bundleMib,
  };
}

/** Bundles the operator into one file. Resolves to its path. */
export async function bundle(folder: string): Promise<string> {
  const file = `${folder}/operator.js`;
  if (!await runDeno(["bundle", "--quiet", "--minify", "--output", file, "main.ts"])) {
    throw new Error("It does not bundle");
  }
  return file;
}

async function compiled(folder: string): Promise<string | undefined> {
  const output = `${folder}/operator`;
  try {
    await compile({ build: "pod", output, read: [folder] });
    return output;
  } catch {
    return undefined;
  }
}

async function runDeno(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdout: "null", stderr: "null" });
  return (await command.output()).success;
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size / MIB;
}
