import type { JsonPatchOp } from "./api.ts";
import type { ObjectMeta } from "./object.ts";

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

/** A JSON pointer segment (RFC 6901). */
function escape(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}
