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

/** Operations that set annotations; empty when all have their values already. */
export function setAnnotations(metadata: ObjectMeta, annotations: Readonly<Record<string, string>>): JsonPatchOp[] {
  const differing = Object.entries(annotations).filter(([name, value]) => metadata.annotations?.[name] !== value);
  if (differing.length === 0) return [];
  if (metadata.annotations === undefined) {
    return [{ op: "add", path: "/metadata/annotations", value: Object.fromEntries(differing) }];
  }
  return differing.map(([name, value]) => ({ op: "add", path: `/metadata/annotations/${escape(name)}`, value }));
}

/** Operations that remove annotations by prefix or name. */
export function removeAnnotations(metadata: ObjectMeta, matches: (name: string) => boolean): JsonPatchOp[] {
  return Object.keys(metadata.annotations ?? {}).filter(matches)
    .map((name) => ({ op: "remove", path: `/metadata/annotations/${escape(name)}` }));
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

/** A JSON pointer segment (RFC 6901). */
function escape(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}
