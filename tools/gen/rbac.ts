import type { KindDefinition } from "../../lib/crd/kind.ts";

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The least that the operator must be allowed: Secrets are read by name, never listed or watched (docs/adr/0008). */
export function rbac(
  { metadata, definitions }: { readonly metadata: Metadata; readonly definitions: readonly KindDefinition[] },
): Record<string, unknown>[] {
  const { name, namespace, labels } = metadata;
  const group = definitions[0]?.group ?? "";
  const plurals = definitions.map(({ plural }) => plural);
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const reference = (kind: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name, labels },
      rules: [
        rule(group, plurals, ["get", "list", "watch", "create", "update", "patch", "delete"]),
        rule(group, plurals.map((plural) => `${plural}/status`), ["get", "update", "patch"]),
        // Where owner references are enforced, a child that blocks its owner's deletion needs this.
        rule(group, plurals.map((plural) => `${plural}/finalizers`), ["update"]),
        rule("", ["secrets"], ["get", "create", "update", "patch", "delete"]),
        rule("events.k8s.io", ["events"], ["create", "patch"]),
      ],
    },
    { apiVersion, kind: "ClusterRoleBinding", metadata: { name, labels }, roleRef: reference("ClusterRole"), subjects },
    {
      apiVersion,
      kind: "Role",
      metadata,
      rules: [rule("coordination.k8s.io", ["leases"], ["get", "list", "watch", "create", "update", "patch"])],
    },
    { apiVersion, kind: "RoleBinding", metadata, roleRef: reference("Role"), subjects },
  ];
}

function rule(group: string, resources: readonly string[], verbs: readonly string[]) {
  return { apiGroups: [group], resources, verbs };
}
