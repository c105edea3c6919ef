import { accessCases } from "./aws/contract/access.ts";
import { clientsOf, type ContractCase, type Target } from "./aws/contract/case.ts";
import { bucketCases } from "./aws/contract/buckets.ts";
import { keyCases } from "./aws/contract/keys.ts";
import { managedPolicyCases } from "./aws/contract/managed_policies.ts";
import { objectCases } from "./aws/contract/objects.ts";
import { settingCases } from "./aws/contract/settings.ts";
import { userCases } from "./aws/contract/users.ts";

export type { Target } from "./aws/contract/case.ts";
export { MOTO_LACKS, WASABI_LACKS } from "./aws/contract/lacks.ts";

const CASES: readonly ContractCase[] = [
  ...bucketCases,
  ...settingCases,
  ...objectCases,
  ...userCases,
  ...managedPolicyCases,
  ...keyCases,
  ...accessCases,
];

/**
 * What S3 and IAM do, as facts, checked with the real SDK clients. The same facts run against the sandbox and against
 * other servers, so that the sandbox cannot lie. A fact about something that the target lacks is left out by name.
 */
export function awsContract(name: string, start: () => Promise<Target>): void {
  Deno.test(`aws contract: ${name}`, async (test) => {
    const target = await start();
    const clients = clientsOf(target);
    try {
      for (const { fact, about, run } of CASES) {
        if (about === undefined || !(about in target.lacks)) await test.step(fact, () => run(clients, target));
      }
    } finally {
      clients.close();
      await target.close();
    }
  });
}
