import { type Moto, startMoto } from "../../api/moto.ts";
import { type Clients, clientsOf } from "../../sandbox/aws/contract/case.ts";
import type { ApiServer } from "../../scenarios/admin.ts";
import { FaultProxy } from "./proxy.ts";

/** What runs share that are played one after the other: a service of their own, and the way to it and to the cluster. */
export interface Lane extends AsyncDisposable {
  readonly kube: ApiServer;
  readonly moto: Moto;
  /** The service as its root user sees it, not through the proxy. */
  readonly clients: Clients;
  readonly proxy: FaultProxy;
  /** Path of a kubeconfig that names the proxy. */
  readonly kubeconfig: string;
  /** Path of the operator's bundle. */
  readonly bundle: string;
}

/** Opens a lane to the cluster. @param folder where it may write */
export async function openLane(
  kube: ApiServer,
  { bundle, folder }: { readonly bundle: string; readonly folder: string },
): Promise<Lane> {
  const moto = await startMoto();
  const clients = clientsOf({ ...moto, lacks: {} });
  const proxy = new FaultProxy({ kube, service: moto.endpoint });
  const kubeconfig = await Deno.makeTempFile({ dir: folder, suffix: ".json" });
  await Deno.writeTextFile(kubeconfig, kubeconfigText(proxy.url("kube")));
  return {
    kube,
    moto,
    clients,
    proxy,
    kubeconfig,
    bundle,
    async [Symbol.asyncDispose]() {
      clients.close();
      await proxy[Symbol.asyncDispose]();
      await moto.close();
    },
  };
}

function kubeconfigText(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "proxy", cluster: { server } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "proxy", context: { cluster: "proxy", user: "nobody" } }],
    "current-context": "proxy",
  });
}
