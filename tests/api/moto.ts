import { freePort, spawn, waitFor } from "./processes.ts";
import { pythonEnvironment } from "./python.ts";

/** The S3 + IAM server that other people wrote, in a Python environment of its own. */
const REQUIREMENTS = new URL("./moto/requirements.txt", import.meta.url);

export interface Moto {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  close(): Promise<void>;
}

/** Starts moto on 127.0.0.1, after an installation that is kept by the hash of the requirements. */
export async function startMoto(): Promise<Moto> {
  const program = `${await pythonEnvironment("moto", REQUIREMENTS)}/bin/moto_server`;
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
