import { crdManifests } from "../../../handlers/kinds.ts";
import { Api } from "./contract/case.ts";
import { type KubeSandbox, type KubeSandboxOptions, startKubeSandbox } from "./mod.ts";

export type { KubeSandboxOptions } from "./mod.ts";

/** Runs with a sandbox of its own that has our kinds; closes it. */
export async function withSandbox(
  options: KubeSandboxOptions,
  run: (sandbox: KubeSandbox, api: Api) => Promise<void>,
): Promise<void> {
  const sandbox = await startKubeSandbox(options);
  for (const crd of crdManifests()) sandbox.put(crd);
  const client = Deno.createHttpClient({ http2: false });
  const { url } = sandbox;
  const { token } = options;
  const target = { url, ...(token === undefined ? {} : { token }), close: () => sandbox.close() };
  try {
    await run(sandbox, new Api(target, client, "default"));
  } finally {
    client.close();
    await sandbox.close();
  }
}
