import type { KubeObject } from "../object.ts";
import { dnsLabelErrors } from "../names.ts";
import { at, type Resource, resource } from "../resource.ts";
import { AGE, column, NAME } from "./columns.ts";
import { any, list, object, string } from "./fragments.ts";

const NAME_LABEL = "kubernetes.io/metadata.name";

export const namespaces: Resource = resource({
  group: "",
  version: "v1",
  plural: "namespaces",
  kind: "Namespace",
  namespaced: false,
  shortNames: ["ns"],
  hasStatus: true,
  schema: object({
    spec: object({ finalizers: list(string) }),
    status: object({ phase: string, conditions: list(any) }),
  }),
  columns: [NAME, column("Status", (namespace) => at(namespace, "status", "phase")), AGE],
  fields: { "status.phase": (namespace) => at(namespace, "status", "phase") },
  nameErrors: dnsLabelErrors,
  prepare: prepareNamespace,
});

function prepareNamespace(namespace: KubeObject, old: KubeObject | undefined): void {
  const { metadata } = namespace;
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
  if (old === undefined) {
    namespace["spec"] = { finalizers: ["kubernetes"] };
    namespace["status"] = { phase: "Active" };
  } else namespace["spec"] = old["spec"];
}
