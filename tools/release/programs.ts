import { goPrograms } from "../../tests/api/binaries.ts";
import { findHelm } from "../../tests/chart/helm.ts";

/** What a release runs. docker and gh are the machine's; cosign and Helm are built from the versions in go.sum. */
export type Program = "cosign" | "docker" | "gh" | "helm";

/**
 * Runs a program to its end, and resolves to its standard output; what it says on the other is shown.
 * @throws Error where it is missing, or fails
 */
export type Run = (program: Program, args: readonly string[], options?: RunOptions) => Promise<string>;

export interface RunOptions {
  /** Text on standard input: the place of secrets, which a list of processes does not show. */
  readonly input?: string;
}

const MODULE = new URL("./programs/", import.meta.url);

/** The `Run` of earnest. COSIGN names another cosign. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  { input = "" }: RunOptions = {},
): Promise<string> {
  console.error(`$ ${[program, ...args].join(" ")}`);
  const child = new Deno.Command(await pathOf(program), {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  // A program that ends without reading closes its end.
  const write = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const [{ success, stdout }] = await Promise.all([child.output(), write]);
  const said = new TextDecoder().decode(stdout);
  if (success) return said;
  console.error(said);
  throw new Error(`${program} ${args[0]} failed: see above`);
}

async function pathOf(program: Program): Promise<string> {
  if (program === "helm") return await findHelm();
  if (program === "cosign") return Deno.env.get("COSIGN") || await findCosign();
  return program;
}

/** Builds cosign, or finds it in the cache. @throws Error when Go is missing or the build fails */
async function findCosign(): Promise<string> {
  const packages = ["github.com/sigstore/cosign/v3/cmd/cosign"];
  return `${await goPrograms("cosign", { module: MODULE, packages })}/cosign`;
}
