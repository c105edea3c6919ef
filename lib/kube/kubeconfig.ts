import { Buffer } from "node:buffer";
import { delimiter, dirname, resolve } from "node:path";
import { KubeConfig, type User } from "@kubernetes/client-node";
import { parse } from "yaml";
import { equal } from "../equal.ts";
import { messageOf } from "../message_of.ts";
import { type ClientTls, type KubeAuthDeps, KubeAuthError, type KubeConnection, TOKEN_MS } from "./connection.ts";
import { Transport } from "./transport.ts";

/**
 * Connects by a kubeconfig, which client-node reads: certificates, tokens, token files, exec plugins. Loading
 * client-node costs 70-90 MB, so this module is imported only where a kubeconfig is used.
 * @throws KubeAuthError naming what Deno's client cannot do
 */
export async function connectByKubeconfig(
  path: string,
  context: string | undefined,
  deps: KubeAuthDeps,
): Promise<KubeConnection> {
  const text = await deps.readFile(path).catch((cause) => {
    throw new KubeAuthError(`Kubeconfig "${path}" cannot be read: ${messageOf(cause)}`, { cause });
  });
  if (text === undefined) {
    if (path.includes(delimiter)) throw new KubeAuthError(`KUBECONFIG names several files: pass one by --kubeconfig`);
    throw new KubeAuthError(`Kubeconfig "${path}" does not exist: pass --kubeconfig, or run in a pod`);
  }
  const config = load(path, context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeAuthError(`Kubeconfig "${path}" has no current context: pass --context`);
  refuseUnsupported(cluster, path);
  const user = config.getCurrentUser();
  const readToken = tokenReader(text, { user: user?.name, path }, deps);
  // As kubectl does: no credentials over plain HTTP, which is a proxy on this machine, such as `kubectl proxy`.
  const isPlain = cluster.server.startsWith("http:");
  if (!isPlain) {
    if (!deps.mayRunPrograms()) refusePlugin(user, path);
    await checkReadable([cluster.caFile, user?.certFile, user?.keyFile], path, deps);
  }
  const read = async () => {
    if (isPlain) return { tls: {}, headers: {} };
    const { tls, headers } = await readCredentials(config);
    const token = await readToken();
    return { tls, headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` } };
  };
  let { tls } = await read().catch((cause) => {
    throw new KubeAuthError(`Kubeconfig "${path}": credentials cannot be read: ${messageOf(cause)}`, { cause });
  });
  let client = deps.createFetch(tls);
  const server = cluster.server.replace(/\/$/, "");
  // client-node runs an exec plugin again when what it gave has expired.
  const headers = async () => {
    const credentials = await read();
    // A new certificate needs a new client; requests under way end on the old one.
    if (!equal(credentials.tls, tls)) [tls, client] = [credentials.tls, deps.createFetch(credentials.tls)];
    return credentials.headers;
  };
  return {
    transport: new Transport(() => ({ server, fetch: client.fetch, headers }), deps),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    close: () => client.close(),
  };
}

/** @throws KubeAuthError */
function load(path: string, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new KubeAuthError(`Kubeconfig "${path}" cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    throw new KubeAuthError(`Kubeconfig "${path}" has no context "${context}"`);
  }
  config.setCurrentContext(context);
  return config;
}

/**
 * Options that would be ignored silently are refused by name: a request must not go where its owner did not mean it to.
 */
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

/** @throws KubeAuthError naming the build that starts programs */
function refusePlugin(user: User | null, path: string): void {
  const { exec, authProvider } = user ?? {};
  const config = authProvider?.config as PluginConfig | undefined;
  const command = exec?.command ?? config?.exec?.command ?? config?.["cmd-path"];
  if (command === undefined) return;
  throw new KubeAuthError(
    `Kubeconfig "${path}": user "${user?.name}" needs the program "${command}", and the build for pods starts none: ` +
      "use the desktop build (task compile:cli, or task start:cli), or a user with a token or a certificate",
  );
}

/** client-node reads these files by itself; here what may not be read is refused in our own words. */
async function checkReadable(
  files: readonly (string | undefined)[],
  path: string,
  { readFile }: KubeAuthDeps,
): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    await readFile(file).catch((cause) => {
      throw new KubeAuthError(`Kubeconfig "${path}": ${messageOf(cause)}`, { cause });
    });
  }
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

/** Where the formerly built-in providers keep what they run. */
interface PluginConfig {
  readonly exec?: { readonly command?: string };
  readonly "cmd-path"?: string;
}

interface RawConfig {
  readonly users?: readonly { readonly name?: string; readonly user?: { readonly tokenFile?: string } | null }[];
}

/** Reads the user's `tokenFile`, which client-node does not know, and again each minute: such tokens are exchanged. */
function tokenReader(
  text: string,
  { user, path }: { readonly user: string | undefined; readonly path: string },
  { readFile, clock }: KubeAuthDeps,
): () => Promise<string | undefined> {
  const { users } = (parse(text) ?? {}) as RawConfig;
  const file = users?.find(({ name }) => name === user)?.user?.tokenFile;
  if (file === undefined) return () => Promise.resolve(undefined);
  const absolute = resolve(dirname(path), file);
  let token: string | undefined;
  let readAt = -Infinity;
  return async () => {
    if (clock.monotonic() - readAt < TOKEN_MS) return token;
    readAt = clock.monotonic();
    const content = await readFile(absolute);
    if (content === undefined && token === undefined) {
      throw new KubeAuthError(`Token file "${absolute}" does not exist`);
    }
    return token = content?.trim() ?? token;
  };
}

function pem(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : Buffer.from(value as Uint8Array).toString("utf8");
}
