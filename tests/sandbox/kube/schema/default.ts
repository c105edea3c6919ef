import { clone, isObject, type JsonObject } from "../object.ts";
import type { Structural } from "./structural.ts";

/** Fills in, in place, the defaults of absent fields, and of nulls where null is not allowed. */
export function applyDefaults(value: unknown, schema: Structural): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) value.forEach((item) => applyDefaults(item, items));
    return;
  }
  if (!isObject(value)) return;
  for (const field in schema.properties) {
    const child = schema.properties[field] as Structural;
    const present = field in value && (value[field] !== null || child.nullable === true);
    if (!present && child.default !== undefined) value[field] = clone(child.default);
    if (value[field] !== undefined) applyDefaults(value[field], child);
  }
  if (typeof schema.additionalProperties === "object") defaultMembers(value, schema, schema.additionalProperties);
}

function defaultMembers(value: JsonObject, { properties = {} }: Structural, member: Structural): void {
  for (const field of Object.keys(value)) if (!(field in properties)) applyDefaults(value[field], member);
}

/** Whether any default stands in the schema; without one there is nothing to fill in. */
export function hasDefaults(schema: Structural | undefined): boolean {
  if (schema === undefined) return false;
  const { items, properties = {}, additionalProperties } = schema;
  const member = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return schema.default !== undefined || hasDefaults(items) || hasDefaults(member) ||
    Object.values(properties).some(hasDefaults);
}
