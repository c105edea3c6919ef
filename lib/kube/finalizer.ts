import { setAnnotations } from "./annotations.ts";
import type { JsonPatchOp } from "./api.ts";
import type { ObjectMeta } from "./object.ts";

/**
 * Operations that add a finalizer and annotations in one patch; empty when all are there. The caller adds uid and
 * version tests.
 */
export function addFinalizer(
  metadata: ObjectMeta,
  finalizer: string,
  annotations: Readonly<Record<string, string>> = {},
): JsonPatchOp[] {
  const operations: JsonPatchOp[] = [];
  const present = metadata.finalizers ?? [];
  if (!present.includes(finalizer)) {
    operations.push(
      present.length > 0
        ? { op: "add", path: "/metadata/finalizers/-", value: finalizer }
        : { op: "add", path: "/metadata/finalizers", value: [finalizer] },
    );
  }
  return [...operations, ...setAnnotations(metadata, annotations)];
}

/**
 * Operations that remove finalizers by their index, each behind a `test` of the value there, so that nobody else's
 * entry is removed when the list moved; highest index first, so that a removal does not shift the next.
 */
export function removeFinalizers(metadata: ObjectMeta, names: readonly string[]): JsonPatchOp[] {
  return (metadata.finalizers ?? [])
    .map((value, index) => ({ value, path: `/metadata/finalizers/${index}` }))
    .filter(({ value }) => names.includes(value))
    .reverse()
    .flatMap(({ value, path }): JsonPatchOp[] => [{ op: "test", path, value }, { op: "remove", path }]);
}
