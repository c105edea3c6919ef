import type { JsonPatchOp } from "../../../lib/kube/api.ts";
import { equal } from "../../../lib/equal.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import type { Loose } from "../../loose.ts";

/** A merge patch (RFC 7386). */
export function merged(target: Loose, patch: Loose): Loose {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = merged(result[field], value);
  }
  return result;
}

/** A JSON patch (RFC 6902). @throws KubeError 422 as the API server does for a `test` that fails */
export function jsonPatched(target: Loose, operations: readonly JsonPatchOp[]): Loose {
  const result = structuredClone(target);
  for (const operation of operations) {
    const path = operation.path.split("/").slice(1).map((each) => each.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = path.pop()!;
    const parent = path.reduce((value, segment) => value?.[segment], result);
    if (parent === undefined) throw new KubeError(422, "TestFailed", `no ${operation.path}`);
    if (operation.op === "test") {
      if (!equal(parent[last], operation.value)) {
        throw new KubeError(422, "TestFailed", `test of ${operation.path} failed`);
      }
    } else if (operation.op === "remove") {
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
    } else if (Array.isArray(parent) && last === "-") parent.push(operation.value);
    else parent[last] = operation.value;
  }
  return result;
}
