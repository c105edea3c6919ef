import { createHash } from "node:crypto";
import { cacheFolder, exists, goBuild } from "../api/binaries.ts";

/** The programs of Prometheus. */
export interface PrometheusBinaries {
  readonly prometheus: string;
  readonly promtool: string;
}

const MODULE = new URL("./prometheus/", import.meta.url);
const PACKAGES = ["cmd/prometheus", "cmd/promtool"].map((command) => `github.com/prometheus/prometheus/${command}`);

/**
 * Finds Prometheus: in the folder that PROMETHEUS_HOME names; else a former download or build; else Debian's package,
 * unpacked beside (seconds, needs no root); else `go build` (about seven minutes on two cores where Go has nothing
 * cached).
 * @throws Error when there is neither a package nor Go
 */
export async function findPrometheus(): Promise<PrometheusBinaries> {
  const home = Deno.env.get("PROMETHEUS_HOME");
  if (home) return named(home);
  const sum = createHash("sha256").update(await Deno.readTextFile(new URL("go.sum", MODULE))).digest("hex");
  const folder = `${cacheFolder()}/prometheus-${sum.slice(0, 16)}`;
  if (!await exists(`${folder}/complete`)) await obtain(folder);
  return named(folder);
}

function named(folder: string): PrometheusBinaries {
  return { prometheus: `${folder}/prometheus`, promtool: `${folder}/promtool` };
}

async function obtain(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  if (!await unpackPackage(folder)) await build(folder);
  await Deno.writeTextFile(`${folder}/complete`, "");
}

/** @returns false where this is no Debian, or one whose lists of packages are empty */
async function unpackPackage(folder: string): Promise<boolean> {
  const unpacked = `${folder}/package`;
  const downloaded = await succeeds("apt-get", ["download", "prometheus"], folder);
  if (!downloaded) return false;
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".deb") && !await succeeds("dpkg-deb", ["-x", name, unpacked], folder)) return false;
  }
  for (const program of ["prometheus", "promtool"]) {
    await Deno.rename(`${unpacked}/usr/bin/${program}`, `${folder}/${program}`);
  }
  await Deno.remove(unpacked, { recursive: true });
  return await succeeds(`${folder}/promtool`, ["--version"], folder);
}

async function build(folder: string): Promise<void> {
  console.error("Building prometheus and promtool (minutes, once) …");
  // Without the ways to find targets in clouds, which are most of its dependencies.
  const args = ["-ldflags", "-s -w", "-tags", "remove_all_sd", "-o", `${folder}/`, ...PACKAGES];
  await goBuild("Prometheus", { module: MODULE, args });
}

/** Did the program run and end well? Not where there is no such program. */
async function succeeds(command: string, args: string[], cwd: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, cwd, stdout: "null", stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
