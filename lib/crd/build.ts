import type { KindDefinition } from "./kind.ts";

/** Every kind of ours also answers to these in `kubectl get`. */
const CATEGORIES = ["wasabi-s3", "s3"];

/** The CustomResourceDefinition of a kind, apiextensions.k8s.io/v1. */
export function buildCrd(definition: KindDefinition): Record<string, unknown> {
  const { group, version, kind, plural, singular, shortName, columns } = definition;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [shortName], categories: CATEGORIES },
      versions: [{
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        schema: { openAPIV3Schema: rootSchema(definition) },
      }],
    },
  };
}

function rootSchema({ description, spec, status, rules }: KindDefinition): Record<string, unknown> {
  return {
    type: "object",
    description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec,
      // So that an object nobody has looked at reads as in progress (kstatus), without a write.
      status: { ...status, default: { observedGeneration: -1 } },
    },
    ...(rules.length > 0 ? { "x-kubernetes-validations": rules } : {}),
  };
}
