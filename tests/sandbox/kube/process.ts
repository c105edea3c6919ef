import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { firstLine } from "../first_line.ts";

const MAIN = fileURLToPath(import.meta.resolve("./main.ts"));
const CRDS = fileURLToPath(import.meta.resolve("../../../crds"));

/** The sandbox in a process of its own. */
export interface Running {
  readonly url: string;
  /** A folder that goes with it. */
  readonly folder: string;
  readonly kubeconfig: string;
}

/** Runs with our kinds served by a process of its own; ends it, and checks that it ended well. */
export async function withProcess(run: (running: Running) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const kubeconfig = `${folder}/kubeconfig`;
  const args = [
    "run",
    "--no-prompt",
    "--allow-net=127.0.0.1",
    "--allow-read",
    "--allow-env",
    `--allow-write=${folder}`,
    MAIN,
  ];
  const process = new Deno.Command(Deno.execPath(), {
    args: [...args, `--crds=${CRDS}`, `--kubeconfig=${kubeconfig}`],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  try {
    const { url } = JSON.parse(await firstLine(process.stdout));
    await run({ url, folder, kubeconfig });
  } finally {
    process.kill("SIGTERM");
    await process.stdout.cancel();
    assert.equal((await process.status).code, 0);
    await Deno.remove(folder, { recursive: true });
  }
}
