import { iamPolicy } from "../../tools/gen/iam_policy.ts";
import { clientsOf } from "../sandbox/aws/contract/case.ts";
import { startAwsSandbox } from "../sandbox/aws/mod.ts";
import { MOTO_LACKS } from "../sandbox/aws_contract.ts";
import { Faults } from "../sandbox/faults.ts";
import { installKinds } from "../scenarios/install.ts";
import { seedOperatorUser } from "../scenarios/operator_user.ts";
import type { World } from "../scenarios/world.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { startMoto } from "./moto.ts";
import { enforceRights } from "./moto_rights.ts";
import { createOperatorAccount, type OperatorAccount, type Preset } from "./operator_account.ts";

/** A world whose operators are the chart's ServiceAccount; the API server writes down what they ask for. */
export interface RealWorld extends World {
  readonly cluster: Cluster;
  readonly account: OperatorAccount;
}

/**
 * A real API server with its controller manager, and moto, which checks signatures and actions. Operators have Roles in
 * their namespaces.
 */
export async function startRealWorld(): Promise<RealWorld> {
  const [installed, moto] = await Promise.all([startInstalledCluster("minimal"), startMoto()]);
  const { administrator, operator } = await enforceRights(moto, iamPolicy());
  const service = { ...moto, credentials: administrator, lacks: MOTO_LACKS };
  return worldOf("kube-apiserver and moto", { ...installed, service, credentials: operator });
}

/**
 * A real API server with its controller manager, and the sandbox's S3 and IAM, which check signatures and rights.
 * Operators have the ClusterRole.
 */
export async function startStrictWorld(): Promise<RealWorld> {
  const installed = await startInstalledCluster("scoped");
  const faults = new Faults();
  const sandbox = await startAwsSandbox({ faults });
  const service = { endpoint: sandbox.url, credentials: sandbox.credentials, lacks: {}, close: () => sandbox.close() };
  const credentials = seedOperatorUser(sandbox, iamPolicy());
  return { ...worldOf("kube-apiserver and sandbox", { ...installed, service, credentials }), sandbox, faults };
}

type Installed = Pick<RealWorld, "cluster" | "account">;

function worldOf(name: string, given: Installed & Pick<RealWorld, "service" | "credentials">): RealWorld {
  const { cluster, account, service, credentials } = given;
  const clients = clientsOf(service);
  return {
    name,
    server: cluster,
    cluster,
    account,
    kubeconfig: account.kubeconfig,
    ...(account.enter ? { enter: account.enter } : {}),
    service,
    credentials,
    clients,
    async close() {
      clients.close();
      await service.close();
      await cluster.close();
    },
  };
}

/** A cluster that has our kinds and the operator's account. */
async function startInstalledCluster(preset: Preset): Promise<Installed> {
  const cluster = await startCluster({ controllerManager: true });
  await installKinds(cluster);
  return { cluster, account: await createOperatorAccount(cluster, preset) };
}
