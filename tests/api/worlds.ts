import { clientsOf, type Target } from "../sandbox/aws/contract/case.ts";
import { startAwsSandbox } from "../sandbox/aws/mod.ts";
import { MOTO_LACKS } from "../sandbox/aws_contract.ts";
import { Faults } from "../sandbox/faults.ts";
import { installKinds } from "../scenarios/install.ts";
import type { World } from "../scenarios/world.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { startMoto } from "./moto.ts";

/** A real API server with its controller manager, and moto. */
export async function startRealWorld(): Promise<World> {
  const [cluster, moto] = await Promise.all([startInstalledCluster(), startMoto()]);
  return worldOf("kube-apiserver and moto", cluster, { ...moto, lacks: MOTO_LACKS });
}

/** A real API server with its controller manager, and the sandbox's S3 and IAM, which check signatures and rights. */
export async function startStrictWorld(): Promise<World> {
  const cluster = await startInstalledCluster();
  const faults = new Faults();
  const sandbox = await startAwsSandbox({ faults });
  const service = { endpoint: sandbox.url, credentials: sandbox.credentials, lacks: {}, close: () => sandbox.close() };
  return { ...worldOf("kube-apiserver and sandbox", cluster, service), sandbox, faults };
}

function worldOf(name: string, cluster: Cluster, service: Target): World {
  const clients = clientsOf(service);
  return {
    name,
    server: cluster,
    service,
    clients,
    async close() {
      clients.close();
      await service.close();
      await cluster.close();
    },
  };
}

/** A cluster that has our kinds. */
async function startInstalledCluster(): Promise<Cluster> {
  const cluster = await startCluster({ controllerManager: true });
  await installKinds(cluster);
  return cluster;
}
