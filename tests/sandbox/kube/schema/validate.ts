import { equal } from "../../../../lib/equal.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from "../field_errors.ts";
import { isObject, type JsonObject } from "../object.ts";
import { formatError } from "./format.ts";
import { childPath, correlatedItem, schemaOf, type Structural } from "./structural.ts";

/** Where a value is, and what stood there before an update. */
export interface Place {
  readonly schema: Structural;
  readonly path: string;
  /** `undefined`: nothing to compare with. */
  readonly old: unknown;
}

/**
 * Checks a value against its schema. What an update leaves as it was is not an error: the rule may be younger than the
 * object ("ratcheting").
 */
export function validate(value: unknown, place: Place): FieldError[] {
  const errors = ownErrors(value, place);
  errors.push(...memberErrors(value, place));
  return errors.length > 0 && place.old !== undefined && equal(value, place.old) ? [] : errors;
}

function ownErrors(value: unknown, { schema, path }: Place): FieldError[] {
  const wrongType = typeError(value, schema, path);
  if (wrongType !== undefined) return [wrongType];
  const errors: FieldError[] = [];
  if (schema.enum !== undefined && value !== null && !schema.enum.some((each) => equal(each, value))) {
    errors.push(notSupported(path, value, schema.enum));
  }
  if (typeof value === "string") errors.push(...stringErrors(value, schema, path));
  else if (typeof value === "number") errors.push(...numberErrors(value, schema, path));
  else if (Array.isArray(value)) errors.push(...sizeErrors(value.length, schema, path));
  else if (isObject(value)) errors.push(...objectErrors(value, schema, path));
  return errors;
}

function typeError(value: unknown, schema: Structural, path: string): FieldError | undefined {
  const found = typeName(value);
  const allowed = schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : schema.type ? [schema.type] : [];
  if (allowed.length === 0 || (value === null && schema.nullable)) return undefined;
  if (allowed.includes(found) || (found === "integer" && allowed.includes("number"))) return undefined;
  return typeInvalid(path, found, `${inBody(path)} must be of type ${allowed.join(",")}: ${JSON.stringify(found)}`);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function stringErrors(value: string, schema: Structural, path: string): FieldError[] {
  const errors = firstStringError(value, schema, path);
  const wrongFormat = schema.format === undefined ? undefined : formatError(value, schema.format);
  if (wrongFormat !== undefined) {
    const detail = `${inBody(path)} must be of type ${schema.format}: ${JSON.stringify(value)}`;
    errors.push(typeInvalid(path, value, detail));
  }
  return errors;
}

/** The server stops at the first of these. */
function firstStringError(value: string, schema: Structural, path: string): FieldError[] {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) return [tooLong(path, schema.maxLength)];
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [invalid(path, value, `${inBody(path)} should be at least ${schema.minLength} chars long`)];
  }
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    return [invalid(path, value, `${inBody(path)} should match '${schema.pattern}'`)];
  }
  return [];
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern = new RegExp(source);
  patterns.set(source, pattern);
  return pattern;
}

function numberErrors(value: number, schema: Structural, path: string): FieldError[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const errors: FieldError[] = [];
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) {
    const limit = exclusiveMinimum ? "greater than" : "greater than or equal to";
    errors.push(invalid(path, value, `${inBody(path)} should be ${limit} ${minimum}`));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) {
    const limit = exclusiveMaximum ? "less than" : "less than or equal to";
    errors.push(invalid(path, value, `${inBody(path)} should be ${limit} ${maximum}`));
  }
  return errors;
}

function sizeErrors(length: number, { minItems, maxItems }: Structural, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (minItems !== undefined && length < minItems) {
    errors.push(invalid(path, length, `${inBody(path)} should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && length > maxItems) errors.push(tooMany(path, length, maxItems));
  return errors;
}

function objectErrors(value: JsonObject, schema: Structural, path: string): FieldError[] {
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    return [invalid(path, count, `${inBody(path)} should have at least ${schema.minProperties} properties`)];
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    return [tooMany(path, count, schema.maxProperties)];
  }
  return (schema.required ?? []).filter((field) => !(field in value))
    .map((field) => required(childPath(path, field)));
}

function memberErrors(value: unknown, { schema, path, old }: Place): FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((item, index) =>
      validate(item, { schema: items, path: `${path}[${index}]`, old: correlatedItem(schema, item, old) })
    );
  }
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((field) => {
    const child = schemaOf(schema, field);
    if (child === undefined || (path === "" && field === "metadata")) return [];
    const before = isObject(old) ? old[field] : undefined;
    return validate(value[field], { schema: child, path: childPath(path, field), old: before });
  });
}

/** Duplicates in lists that are sets or maps. */
export function duplicates(value: unknown, schema: Structural | undefined, path = ""): FieldError[] {
  if (schema === undefined) return [];
  if (isObject(value)) {
    return Object.keys(value).flatMap((field) =>
      duplicates(value[field], schemaOf(schema, field), childPath(path, field))
    );
  }
  if (!Array.isArray(value)) return [];
  const type = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const at = `${path}[${index}]`;
    const id = type === "map" && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
    const text = JSON.stringify(id);
    const repeated = (type === "set" || type === "map") && seen.has(text);
    seen.add(text);
    return [...(repeated ? [duplicate(at, id)] : []), ...duplicates(item, schema.items, at)];
  });
}

function inBody(path: string): string {
  return `${path} in body`;
}
