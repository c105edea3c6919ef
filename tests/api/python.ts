import { createHash } from "node:crypto";
import { cacheFolder, exists } from "./binaries.ts";

/**
 * The folder of a Python environment with the packages of a requirements file, kept by the file's hash.
 * @throws Error when Python is missing or pip fails
 */
export async function pythonEnvironment(name: string, requirements: URL): Promise<string> {
  const hash = createHash("sha256").update(await Deno.readTextFile(requirements)).digest("hex").slice(0, 16);
  const folder = `${cacheFolder()}/${name}-${hash}`;
  if (await exists(`${folder}/complete`)) return folder;
  console.error(`Installing ${name} (once) …`);
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(`${folder}/bin/python`, ["-m", "pip", "install", "--quiet", "-r", requirements.pathname]);
  await Deno.writeTextFile(`${folder}/complete`, "");
  return folder;
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" }).output();
  if (!success) throw new Error(`"${command} ${args.join(" ")}" failed: see its output above`);
}
