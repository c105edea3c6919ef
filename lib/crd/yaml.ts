import { stringify } from "yaml";

/** Documents as YAML that every reader of manifests takes for the same, with `---` between them. */
export function yamlDocuments(documents: readonly unknown[]): string {
  // Without aliases: fragments are shared objects, and readers of CRDs need not know anchors.
  // As YAML 1.1, which many readers still speak: a string such as 2012-10-17 or "on" needs quotes there.
  const options = { aliasDuplicateObjects: false, lineWidth: 120, schema: "yaml-1.1" } as const;
  return documents.map((document) => stringify(document, options)).join("---\n");
}
