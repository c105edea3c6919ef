import { type KubeAuthDeps, KubeAuthError, type KubeConnection, TOKEN_MS } from "./connection.ts";
import { type KubeEndpoint, Transport } from "./transport.ts";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

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
