import assert from "node:assert/strict";
import { crdManifests } from "../../handlers/kinds.ts";
import { OperatorProcess } from "../sandbox/demo/operator.ts";
import { Admin, type Loose } from "../scenarios/admin.ts";
import { startCluster } from "./cluster.ts";
import { waitFor } from "./processes.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const SCHEMAS = "/openapi/v3/apis/s3.cloud37.dev/v1alpha1";
const MERGE = "application/merge-patch+json";

const lease = {
  apiGroups: ["coordination.k8s.io"],
  resources: ["leases"],
  verbs: ["get", "watch", "create", "update"],
};
const kinds = { apiGroups: ["s3.cloud37.dev"], resources: ["*"], verbs: ["*"] };
const rest = [
  { apiGroups: [""], resources: ["secrets"], verbs: ["get", "create", "patch", "delete"] },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
];

Deno.test("what the operator cannot do without is said in its readiness, and waited for", async (test) => {
  const cluster = await startCluster();
  using admin = new Admin(cluster);
  const folder = await Deno.makeTempDir({ prefix: "prerequisites-" });
  await admin.request("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "operator" } });
  await admin.request("POST", `${RBAC}/clusterroles`, { metadata: { name: "operator" }, rules: [lease] });
  await admin.request("POST", `${RBAC}/clusterrolebindings`, {
    metadata: { name: "operator" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "operator" },
    subjects: [{ kind: "ServiceAccount", name: "operator", namespace: "default" }],
  });
  const token = await admin.request("POST", "/api/v1/namespaces/default/serviceaccounts/operator/token", {});
  const config = JSON.parse(await Deno.readTextFile(cluster.kubeconfig));
  config.users[0].user = { token: token.status.token };
  const limited = `${folder}/kubeconfig`;
  await Deno.writeTextFile(limited, JSON.stringify(config));
  const start = (kubeconfig: string) =>
    new OperatorProcess([`--kubeconfig=${kubeconfig}`, "--metrics-port=0"], `${folder}/log`);
  const allow = (rules: readonly Loose[]) => admin.request("PATCH", `${RBAC}/clusterroles/operator`, { rules }, MERGE);
  // The process may read the one folder.
  await Deno.copyFile(cluster.kubeconfig, `${folder}/administrator`);
  let operator = start(`${folder}/administrator`);
  try {
    await test.step("kinds that are not there", async () => {
      await says(operator, (plural) => `The API server does not know ${plural}.s3.cloud37.dev: apply the CRDs`);
      await operator.stop();
      const { level, remedy } = find(operator, /refuses to list or watch/);
      assert.equal(level, "WARNING");
      assert.match(remedy, /apply the CRDs/);
    });
    for (const crd of crdManifests() as Loose[]) await admin.request("POST", CRDS, withoutStatus(crd));
    await waitFor("the schemas", async () => /AccessKey"/.test(JSON.stringify(await admin.request("GET", SCHEMAS))));
    operator = start(limited);
    await test.step("kinds that it may not list", async () => {
      await says(operator, (plural) => `Not allowed to list or watch ${plural}.s3.cloud37.dev in the cluster: bind`);
    });
    await test.step("what else it may not do, and CRDs of an older version", async () => {
      await allow([lease, kinds]);
      await waitFor("both", async () => {
        const said = await readiness(operator);
        return said.includes("Not allowed to get, create, patch, delete secrets in namespace default: bind the role") &&
          said.includes("The CRD accesskeys.s3.cloud37.dev is older than this program, and lacks status.");
      });
      await allow([lease, kinds, ...rest]);
      await says(
        operator,
        (plural) => `The CRD ${plural}.s3.cloud37.dev is older than this program, and lacks status.`,
      );
      assert.equal(find(operator, /^The CRD buckets.* older/).level, "WARNING");
      assert.deepEqual(await admin.list("Lease", "default"), []);
    });
    await test.step("and when all is there, it leads", async () => {
      for (const crd of crdManifests() as Loose[]) {
        await admin.request("PATCH", `${CRDS}/${crd.metadata.name}`, { spec: crd.spec }, MERGE);
      }
      await waitFor(
        "readiness",
        async () => await readiness(operator) === "ok\n",
        60_000,
        () => operator.lines.join("\n"),
      );
      await waitFor("the Lease", async () => (await admin.list("Lease", "default")).length === 1);
    });
  } finally {
    await operator.stop();
    await cluster.close();
    await Deno.remove(folder, { recursive: true });
  }
});

async function readiness({ metricsUrl }: OperatorProcess): Promise<string> {
  return await (await fetch(`${metricsUrl}/readyz`)).text();
}

/** Waits until a line of the readiness says so of each kind, and nothing else is said. */
async function says(operator: OperatorProcess, of: (plural: string) => string): Promise<void> {
  const plurals = (crdManifests() as Loose[]).map(({ spec }) => spec.names.plural);
  let said = "";
  await waitFor(
    "what is lacking",
    async () => {
      said = await readiness(operator);
      const lines = said.trimEnd().split("\n");
      return lines.length === plurals.length && plurals.every((plural, index) => lines[index]?.startsWith(of(plural)));
    },
    60_000,
    () => said,
  );
}

/** The first line of its log with such a message. */
function find({ lines }: OperatorProcess, message: RegExp): Loose {
  return lines.map((line) => JSON.parse(line)).find((line) => message.test(line.message));
}

/** A CRD whose status has nothing of what is recorded there. */
function withoutStatus(crd: Loose): Loose {
  const old = structuredClone(crd);
  const [{ schema }] = old.spec.versions;
  const { observedGeneration } = schema.openAPIV3Schema.properties.status.properties;
  schema.openAPIV3Schema.properties.status.properties = { observedGeneration };
  return old;
}
