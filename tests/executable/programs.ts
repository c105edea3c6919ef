import { fileURLToPath } from "node:url";
import { compile, type CompileOptions } from "../../tools/executable/compiler.ts";
import { cacheFolder } from "../api/binaries.ts";
import { findStandIn, graft } from "./stand_in.ts";

const FOLDER = `${cacheFolder()}/executables`;
const PRELOAD = fileURLToPath(new URL("./stand_in_preload.ts", import.meta.url));
const PROBE = fileURLToPath(new URL("./probe.ts", import.meta.url));

/** What `task compile` makes: the build for pods. */
export const OPERATOR = `${FOLDER}/operator`;
/** What `task compile:cli` makes for this machine. */
export const DESKTOP = `${FOLDER}/desktop`;
/** `probe.ts`, compiled as the build for pods is. */
export const CONFINED_PROBE = `${FOLDER}/probe`;

/**
 * Compiles the programs of this suite, with the runtime that belongs to this Deno, or the stand-in where that cannot be
 * downloaded.
 * @throws Error where there is neither
 */
export async function compilePrograms(): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await compiled({ build: "pod", output: CONFINED_PROBE, entry: PROBE });
  await compiled({ build: "pod", output: OPERATOR });
  await compiled({ build: "desktop", output: DESKTOP });
}

async function compiled(options: CompileOptions): Promise<void> {
  try {
    await compile(options);
  } catch (cause) {
    if (Deno.build.target !== "x86_64-unknown-linux-gnu") throw cause;
    const runtime = await findStandIn();
    await compile({ ...options, flags: ["--preload", PRELOAD], compilerEnv: { DENORT_BIN: runtime } });
    await graft(options.output, runtime);
  }
}
