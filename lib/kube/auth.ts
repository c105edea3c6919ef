import type { Clock, Metrics } from "../telemetry/api.ts";
import { type KubeEndpoint, Transport } from "./transport.ts";

/** What the platform lends: environment, files, and clients of Deno's fetch. */
export interface KubeAuthDeps {
  readonly env: (name: string) => string | undefined;
  /** The file's text; `undefined` when there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly createFetch: (tls: ClientTls) => { readonly fetch: typeof fetch; close(): void };
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** PEM texts. */
export interface ClientTls {
  readonly caCert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KubeConnection {
  readonly transport: Transport;
  /** The namespace of this process, or of the kubeconfig's context. */
  readonly namespace: string;
  close(): void;
}

/** A kubeconfig or service account that cannot be used, with the remedy. */
export class KubeAuthError extends Error {
  override readonly name = "KubeAuthError";
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** How often a token file is read again, milliseconds: bound tokens are exchanged while the process runs. */
export const TOKEN_MS = 60_000;

/**
 * Connects as kubectl would: `--kubeconfig`, else KUBECONFIG, else the pod's service account, else ~/.kube/config.
 * @throws KubeAuthError
 */
export async function connectKube(
  options: { readonly kubeconfig?: string; readonly context?: string },
  deps: KubeAuthDeps,
): Promise<KubeConnection> {
  const path = options.kubeconfig ?? deps.env("KUBECONFIG");
  const inPod = path === undefined && options.context === undefined &&
    deps.env("KUBERNETES_SERVICE_HOST") !== undefined;
  if (inPod) return await connectInPod(deps);
  const { connectByKubeconfig } = await import("./kubeconfig.ts");
  return await connectByKubeconfig(path ?? `${deps.env("HOME") ?? ""}/.kube/config`, options.context, deps);
}

async function connectInPod(deps: KubeAuthDeps): Promise<KubeConnection> {
  const { env, readFile, createFetch, clock } = deps;
  const host = env("KUBERNETES_SERVICE_HOST") ?? "";
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${env("KUBERNETES_SERVICE_PORT") ?? "443"}`;
  const read = async (name: string) => {
    const text = await readFile(`${SERVICE_ACCOUNT}/${name}`).catch((cause) => {
      throw new KubeAuthError(`${SERVICE_ACCOUNT}/${name} cannot be read`, { cause });
    });
    if (text === undefined) {
      throw new KubeAuthError(`${SERVICE_ACCOUNT}/${name} is missing: mount the service account's token`);
    }
    return text;
  };
  let caCert = await read("ca.crt");
  let client = createFetch({ caCert });
  let token = (await read("token")).trim();
  let readAt = clock.monotonic();
  const headers = async () => {
    if (clock.monotonic() - readAt >= TOKEN_MS) {
      readAt = clock.monotonic();
      // What cannot be read for a moment is still good for a while.
      token = (await read("token").catch(() => token)).trim();
      const ca = await read("ca.crt").catch(() => caCert);
      // A new authority needs a new client; requests under way end on the old one.
      if (ca !== caCert) [caCert, client] = [ca, createFetch({ caCert: ca })];
    }
    return { authorization: `Bearer ${token}` };
  };
  const endpoint = (): KubeEndpoint => ({ server, fetch: client.fetch, headers });
  return {
    transport: new Transport(endpoint, deps),
    namespace: (await readFile(`${SERVICE_ACCOUNT}/namespace`))?.trim() ?? "default",
    close: () => client.close(),
  };
}
