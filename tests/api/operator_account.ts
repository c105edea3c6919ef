import { parseAllDocuments } from "yaml";
import { Admin, type Loose } from "../scenarios/admin.ts";
import type { Cluster } from "./cluster.ts";
import type { Rule } from "./permissions.ts";
import { waitFor } from "./processes.ts";

const MANIFEST = new URL("../../deploy/operator.yaml", import.meta.url);
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const NAME = "wasabi-s3-operator";
const USER = `system:serviceaccount:${NAME}:${NAME}`;

/** Preset `minimal` gives Roles in the watched namespaces, `scoped` a ClusterRole. */
export type Preset = "minimal" | "scoped";

/** The operator's ServiceAccount, with what the chart gives it and nothing else. */
export interface OperatorAccount {
  /** As the API server calls it. */
  readonly user: string;
  /** Path of a kubeconfig that is this account, in its namespace. */
  readonly kubeconfig: string;
  readonly rules: readonly Rule[];
  /** Gives it the Role in a namespace; absent where it has the ClusterRole. */
  readonly enter?: (namespace: string) => Promise<void>;
  /** Whether it has its Role in a namespace. */
  mayEnter(namespace: string): Promise<boolean>;
  /** Gives it the ClusterRole, as an upgrade from `minimal` to `scoped` does. */
  widen(): Promise<void>;
  /** Takes a rule about one resource, such as `buckets/finalizers`, out of the ClusterRole as long as the work lasts. */
  without(resource: string, work: () => Promise<void>): Promise<void>;
}

/** Makes the account in a cluster. */
export async function createOperatorAccount(cluster: Cluster, preset: Preset): Promise<OperatorAccount> {
  const { role, lease, subjects } = await readManifest();
  const asAdmin = async <T>(work: (admin: Admin) => Promise<T>) => {
    using admin = new Admin(cluster);
    return await work(admin);
  };
  const widen = () => asAdmin((admin) => grant(admin, subjects, { rules: role, name: NAME }));
  const enter = (namespace: string) =>
    asAdmin((admin) => grant(admin, subjects, { rules: role, name: NAME, namespace }));
  const kubeconfig = await asAdmin(async (admin) => {
    await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAME } });
    await admin.request("POST", `/api/v1/namespaces/${NAME}/serviceaccounts`, { metadata: { name: NAME } });
    await grant(admin, subjects, { rules: lease, name: `${NAME}-lease`, namespace: NAME });
    return await writeKubeconfig(cluster, admin);
  });
  if (preset === "scoped") await widen();
  return {
    user: USER,
    kubeconfig,
    rules: [...role, ...lease],
    ...(preset === "minimal" ? { enter } : {}),
    mayEnter: (namespace) =>
      asAdmin(async (admin) => {
        const { items } = await admin.request("GET", `${RBAC}/namespaces/${namespace}/rolebindings`);
        return items.length > 0;
      }),
    widen,
    without: (resource, work) =>
      asAdmin(async (admin) => {
        const withdrawn = role.filter(({ resources }) => resources.length === 1 && resources[0] === resource);
        await setRules(admin, role.filter((rule) => !withdrawn.includes(rule)));
        await waitFor(`${NAME} to be without ${resource}`, async () => {
          const answers = await Promise.all(withdrawn.map((rule) => isAllowed(admin, rule)));
          return answers.length > 0 && !answers.includes(true);
        });
        await work();
        await setRules(admin, role);
      }),
  };
}

async function setRules(admin: Admin, rules: readonly Rule[]): Promise<void> {
  await admin.request("PATCH", `${RBAC}/clusterroles/${NAME}`, { rules }, "application/merge-patch+json");
}

/** Asks the API server about the first permission of a rule. */
async function isAllowed(admin: Admin, { apiGroups: [group], resources, verbs: [verb] }: Rule): Promise<boolean> {
  const [resource, subresource] = resources[0]!.split("/");
  const spec = { user: USER, resourceAttributes: { group, resource, subresource, verb } };
  const { status } = await admin.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", { spec });
  return status.allowed;
}

/** What the chart makes of its defaults. */
async function readManifest() {
  const objects = parseAllDocuments(await Deno.readTextFile(MANIFEST)).map((document: Loose) => document.toJS());
  const named = (kind: string, name: string) => {
    const found = objects.find((each) => each.kind === kind && each.metadata.name === name);
    if (found === undefined) throw new RangeError(`No ${kind} "${name}" in deploy/operator.yaml`);
    return found;
  };
  return {
    role: named("ClusterRole", NAME).rules as Rule[],
    lease: named("Role", `${NAME}-lease`).rules as Rule[],
    subjects: named("ClusterRoleBinding", NAME).subjects,
  };
}

/** Binds rules to the account: in one namespace, else in all. */
async function grant(
  admin: Admin,
  subjects: Loose,
  { rules, name, namespace }: { readonly rules: readonly Rule[]; readonly name: string; readonly namespace?: string },
): Promise<void> {
  const scope = namespace === undefined ? "Cluster" : "";
  const at = namespace === undefined ? RBAC : `${RBAC}/namespaces/${namespace}`;
  const role = `${scope}Role`;
  await admin.request("POST", `${at}/${role.toLowerCase()}s`, { metadata: { name }, rules });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: role, name };
  await admin.request("POST", `${at}/${role.toLowerCase()}bindings`, { metadata: { name }, roleRef, subjects });
}

async function writeKubeconfig({ kubeconfig }: Cluster, admin: Admin): Promise<string> {
  const path = `/api/v1/namespaces/${NAME}/serviceaccounts/${NAME}/token`;
  const { status: { token } } = await admin.request("POST", path, { spec: {} });
  const config = JSON.parse(await Deno.readTextFile(kubeconfig));
  config.users[0].user = { token };
  config.contexts[0].context.namespace = NAME;
  await Deno.writeTextFile(`${kubeconfig}-operator`, JSON.stringify(config));
  return `${kubeconfig}-operator`;
}
