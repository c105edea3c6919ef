import type { Schema } from "../../../lib/crd/schema.ts";
import type { Loose } from "../../loose.ts";

/** A value with the defaults of its schema, as the API server fills them in: only where the parent is there. */
export function defaulted(schema: Schema, value: Loose): Loose {
  const { properties, items, additionalProperties } = schema as Loose;
  if (value === undefined || value === null) return value;
  if (Array.isArray(value)) return items ? value.map((each) => defaulted(items, each)) : value;
  if (typeof value !== "object") return value;
  const result: Loose = { ...value };
  for (const [name, property] of Object.entries<Loose>(properties ?? {})) {
    result[name] = defaulted(property, result[name] ?? structuredClone(property.default));
    if (result[name] === undefined) delete result[name];
  }
  if (additionalProperties) return value;
  return result;
}
