import { builtInCases } from "./kube/contract/built_in.ts";
import { Api, type ContractCase, type Target } from "./kube/contract/case.ts";
import { definitionCases } from "./kube/contract/definitions.ts";
import { deletionCases } from "./kube/contract/deletion.ts";
import { objectCases } from "./kube/contract/objects.ts";
import { policyCases } from "./kube/contract/policies.ts";
import { ruleContractCases } from "./kube/contract/rules.ts";
import { updateCases } from "./kube/contract/updates.ts";
import { watchCases } from "./kube/contract/watches.ts";

export type { Target } from "./kube/contract/case.ts";

const CASES: readonly ContractCase[] = [
  ...definitionCases,
  ...objectCases,
  ...updateCases,
  ...deletionCases,
  ...watchCases,
  ...builtInCases,
  ...policyCases,
  ...ruleContractCases,
];

/**
 * What the Kubernetes API does, as facts, checked over plain HTTP. The same facts run against the sandbox and against a
 * real API server with its controller manager, so that the sandbox cannot lie.
 */
export function kubeContract(name: string, start: () => Promise<Target>): void {
  Deno.test(`kube contract: ${name}`, async (test) => {
    const target = await start();
    const client = Deno.createHttpClient({ http2: false, ...(target.caCert ? { caCerts: [target.caCert] } : {}) });
    try {
      for (const [index, { fact, run }] of CASES.entries()) {
        const api = new Api(target, client, `contract-${index}`);
        await api.send("POST", "/api/v1/namespaces", { metadata: { name: api.namespace } });
        await test.step(fact, () => run(api));
      }
    } finally {
      client.close();
      await target.close();
    }
  });
}
