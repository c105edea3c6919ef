import { Buffer } from "node:buffer";
import { KubeConfig } from "@kubernetes/client-node";
import { type ClientTls, type KubeAuthDeps, KubeAuthError, type KubeConnection } from "./auth.ts";
import { Transport } from "./transport.ts";

/**
 * Connects by a kubeconfig, which client-node reads: certificates, tokens, token files, exec plugins. Loading client-node
 * costs 70-90 MB, so this module is imported only where a kubeconfig is used.
 * @throws KubeAuthError naming what Deno's client cannot do
 */
export async function connectByKubeconfig(
  path: string,
  context: string | undefined,
  deps: KubeAuthDeps,
): Promise<KubeConnection> {
  const text = await deps.readFile(path);
  if (text === undefined) {
    throw new KubeAuthError(`Kubeconfig "${path}" does not exist: pass --kubeconfig, or run in a pod`);
  }
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new KubeAuthError(`Kubeconfig "${path}" cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      throw new KubeAuthError(`Kubeconfig "${path}" has no context "${context}"`);
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeAuthError(`Kubeconfig "${path}" has no current context: pass --context`);
  refuseUnsupported(cluster, path);
  const credentials = await readCredentials(config);
  const client = deps.createFetch(credentials.tls);
  const server = cluster.server.replace(/\/$/, "");
  // client-node reads a token file again, and runs an exec plugin again when its token has expired.
  const headers = async () => (await readCredentials(config)).headers;
  return {
    transport: new Transport(() => ({ server, fetch: client.fetch, headers }), deps),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    close: () => client.close(),
  };
}

/** Options that would be ignored silently are refused by name: a request must not go where its owner did not mean it to. */
function refuseUnsupported(
  { skipTLSVerify, tlsServerName, proxyUrl }: {
    readonly skipTLSVerify?: boolean;
    readonly tlsServerName?: string;
    readonly proxyUrl?: string;
  },
  path: string,
): void {
  if (skipTLSVerify) {
    throw new KubeAuthError(
      `Kubeconfig "${path}": insecure-skip-tls-verify is not supported: give certificate-authority`,
    );
  }
  if (tlsServerName) {
    throw new KubeAuthError(
      `Kubeconfig "${path}": tls-server-name is not supported: use a server name that its certificate has`,
    );
  }
  if (proxyUrl) throw new KubeAuthError(`Kubeconfig "${path}": proxy-url is not supported: set HTTPS_PROXY`);
}

async function readCredentials(
  config: KubeConfig,
): Promise<{ readonly tls: ClientTls; readonly headers: Record<string, string> }> {
  const options: { ca?: unknown; cert?: unknown; key?: unknown; auth?: unknown; headers?: Record<string, unknown> } =
    {};
  await config.applyToHTTPSOptions(options as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
  const [caCert, cert, key] = [options.ca, options.cert, options.key].map(pem);
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  if (typeof options.auth === "string") {
    headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  }
  return { tls: { ...(caCert ? { caCert } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }, headers };
}

function pem(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : Buffer.from(value as Uint8Array).toString("utf8");
}
