import { isObject, type JsonObject } from "../object.ts";
import { childPath, preservesUnknown, schemaOf, type Structural } from "./structural.ts";

/** Removes, in place, what the schema does not know, and returns the paths of what was removed. */
export function prune(object: JsonObject, schema: Structural): string[] {
  const removed: string[] = [];
  // The root's own fields are not the schema's to say.
  for (const field of Object.keys(object)) {
    if (field === "apiVersion" || field === "kind" || field === "metadata") continue;
    pruneMember(object, field, { schema, path: "", removed });
  }
  return removed;
}

interface Place {
  readonly schema: Structural;
  readonly path: string;
  readonly removed: string[];
}

function pruneMember(object: JsonObject, field: string, { schema, path, removed }: Place): void {
  const child = schemaOf(schema, field);
  const childAt = childPath(path, field);
  if (child !== undefined) pruneValue(object[field], { schema: child, path: childAt, removed });
  else if (!preservesUnknown(schema)) {
    delete object[field];
    removed.push(childAt);
  }
}

function pruneValue(value: unknown, place: Place): void {
  if (Array.isArray(value)) {
    const { items } = place.schema;
    if (items === undefined) return;
    value.forEach((item, index) => pruneValue(item, { ...place, schema: items, path: `${place.path}[${index}]` }));
  } else if (isObject(value)) {
    for (const field of Object.keys(value)) pruneMember(value, field, place);
  }
}

/** Removes, in place, nulls that are neither allowed nor replaced by a default. */
export function pruneNulls(value: unknown, schema: Structural | undefined): void {
  if (Array.isArray(value)) value.forEach((item) => pruneNulls(item, schema?.items));
  if (!isObject(value)) return;
  for (const field of Object.keys(value)) {
    const child = schemaOf(schema, field);
    const doomed = value[field] === null && child !== undefined && !child.nullable && child.default === undefined;
    if (doomed) delete value[field];
    else pruneNulls(value[field], child);
  }
}
