import { fileURLToPath } from "node:url";
import { goPrograms } from "../api/binaries.ts";

/** Folder of the chart. */
export const CHART = fileURLToPath(new URL("../../deploy/helm/wasabi-s3-operator", import.meta.url));
const MODULE = new URL("./programs/", import.meta.url);

/** What a program came to. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Text on standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Finds Helm in the cache, or builds it (some minutes, once). @throws Error when Go is missing or the build fails */
export async function findHelm(): Promise<string> {
  return `${await goPrograms("helm", { module: MODULE, packages: ["helm.sh/helm/v4/cmd/helm"] })}/helm`;
}

/** Runs Helm, without anybody's settings or plugins. */
export async function helm(args: readonly string[], { input, env = {} }: RunOptions = {}): Promise<Outcome> {
  const home = "/nonexistent";
  const settings = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home, HELM_PLUGINS: home };
  return await run(await findHelm(), args, { env: { ...settings, ...env }, ...(input === undefined ? {} : { input }) });
}

/** Runs a program to its end. */
export async function run(
  path: string,
  args: readonly string[],
  { input = "", env = {} }: RunOptions,
): Promise<Outcome> {
  const child = new Deno.Command(path, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A program that ends without reading closes its end.
  const write = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), write]);
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out ?? "", err: err ?? "" };
}
