import type { Site } from "./site.ts";

const ROW =
  '{.kind}{"/"}{.metadata.namespace}{"/"}{.metadata.name} {.metadata.uid} {.metadata.deletionTimestamp}{"\\n"}';
const ROWS = `jsonpath={range .items[*]}${ROW}{end}`;
const KINDS = "providers,buckets,bucketpolicies,users,iampolicies,accesskeys";

/** What must outlive every release: CRDs, objects and Secrets, a line each, with whether they are being deleted. */
export async function survivors(site: Site): Promise<string> {
  return [
    await site.get("get", "crds", "-o", ROWS),
    await site.get("get", KINDS, "--all-namespaces", "-o", ROWS),
    await site.get("get", "secrets", "--all-namespaces", "--field-selector", "type=Opaque", "-o", ROWS),
  ].join("");
}
