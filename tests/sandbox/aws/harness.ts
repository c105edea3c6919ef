import { type Clients, clientsOf } from "./contract/case.ts";
import { type AwsSandbox, type AwsSandboxOptions, startAwsSandbox } from "./mod.ts";

/** Runs with a sandbox of its own and the root user's SDK clients for it; closes both. */
export async function withSandbox(
  options: AwsSandboxOptions,
  run: (sandbox: AwsSandbox, clients: Clients) => Promise<void>,
): Promise<void> {
  const sandbox = await startAwsSandbox(options);
  const clients = clientsOf({
    endpoint: sandbox.url,
    credentials: sandbox.credentials,
    lacks: {},
    close: sandbox.close,
  });
  try {
    await run(sandbox, clients);
  } finally {
    clients.close();
    await sandbox.close();
  }
}
