import { createHash } from "node:crypto";
import { cacheFolder, exists } from "./binaries.ts";
import { freePort, spawn, waitFor } from "./processes.ts";

/** The S3 + IAM server that other people wrote, in a Python environment of its own. */
const REQUIREMENTS = new URL("./moto/requirements.txt", import.meta.url);

export interface Moto {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

/** Starts moto on 127.0.0.1, after an installation that is kept by the hash of the requirements. */
export async function startMoto(): Promise<Moto> {
  const program = await install();
  const port = freePort();
  const child = spawn("moto", program, ".", ["-H", "127.0.0.1", "-p", `${port}`]);
  const endpoint = `http://127.0.0.1:${port}`;
  await waitFor(
    "moto",
    async () => {
      const response = await fetch(`${endpoint}/moto-api/`);
      await response.body?.cancel();
      return response.ok;
    },
    60_000,
    () => child.log(),
  );
  return {
    endpoint,
    credentials: { accessKeyId: "AKIAMOTOROOT00000000", secretAccessKey: "moto-checks-no-signature-by-default-0000" },
    close: () => child.stop(),
  };
}

async function install(): Promise<string> {
  const hash = createHash("sha256").update(await Deno.readTextFile(REQUIREMENTS)).digest("hex").slice(0, 16);
  const folder = `${cacheFolder()}/moto-${hash}`;
  const program = `${folder}/bin/moto_server`;
  if (await exists(`${folder}/complete`)) return program;
  console.error("Installing moto (once) …");
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(`${folder}/bin/python`, ["-m", "pip", "install", "--quiet", "-r", REQUIREMENTS.pathname]);
  await Deno.writeTextFile(`${folder}/complete`, "");
  return program;
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" }).output();
  if (!success) throw new Error(`"${command} ${args.join(" ")}" failed: see its output above`);
}
