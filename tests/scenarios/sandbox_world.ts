import type { Policy } from "../../tools/gen/iam_policy.ts";
import { clientsOf } from "../sandbox/aws/contract/case.ts";
import { startAwsSandbox } from "../sandbox/aws/mod.ts";
import { WASABI_LACKS } from "../sandbox/aws_contract.ts";
import { Faults } from "../sandbox/faults.ts";
import { startKubeSandbox } from "../sandbox/kube/mod.ts";
import { installKinds } from "./install.ts";
import { seedOperatorUser } from "./operator_user.ts";
import type { World } from "./world.ts";

/** Both sandboxes in this process; the operator has the rights at the service. */
export async function startSandboxWorld(mode: "aws" | "wasabi", rights: Policy): Promise<World> {
  const faults = new Faults();
  const [kube, sandbox] = await Promise.all([startKubeSandbox(), startAwsSandbox({ mode, faults })]);
  const kubeconfig = await Deno.makeTempFile({ prefix: "kubeconfig-" });
  await Deno.writeTextFile(kubeconfig, kube.kubeconfig());
  const server = { url: kube.url, kubeconfig };
  await installKinds(server);
  const service = {
    endpoint: sandbox.url,
    credentials: sandbox.credentials,
    lacks: mode === "wasabi" ? WASABI_LACKS : {},
    close: () => sandbox.close(),
  };
  const clients = clientsOf(service);
  return {
    name: mode,
    server,
    kubeconfig,
    service,
    credentials: seedOperatorUser(sandbox, rights),
    clients,
    sandbox,
    faults,
    wasabi: mode === "wasabi",
    async close() {
      clients.close();
      await Promise.all([kube.close(), sandbox.close(), Deno.remove(kubeconfig)]);
    },
  };
}
