import { undecodable } from "./builtin/secrets.ts";
import { badRequest, invalidObject } from "./errors.ts";
import { type FieldError, invalid } from "./field_errors.ts";
import { createErrors, updateErrors } from "./metadata.ts";
import { subdomainErrors } from "./names.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";
import { checkRules, hasRules } from "./schema/cel.ts";
import { applyDefaults } from "./schema/default.ts";
import type { Structural } from "./schema/structural.ts";
import { duplicates, validate } from "./schema/validate.ts";
import type { Call } from "./service.ts";

/** Completes and checks, in place. */
export function finish(call: Call, object: KubeObject, old: KubeObject | undefined): void {
  const { resource } = call;
  const { schema } = resource;
  if (!resource.custom) refuseUndecodable(resource, object);
  if (resource.custom && schema !== undefined) applyDefaults(object, schema);
  resource.prepare?.(object, old);
  const errors = old === undefined
    ? createErrors(object.metadata, resource.nameErrors ?? subdomainErrors)
    : updateErrors(object.metadata, old.metadata);
  if (resource.custom) errors.push(...customErrors(call, object, { old, found: errors }));
  const converted = resource.toStored ?? ((each) => each);
  errors.push(...resource.check?.(converted(object), old && converted(old)) ?? []);
  const { kind, group, invalidGroup = group } = resource;
  if (errors.length > 0) throw invalidObject({ kind, group: invalidGroup }, object.metadata.name, errors);
}

/** What a built-in kind cannot hold is not even read. */
function refuseUndecodable({ kind, version, schema }: Resource, object: KubeObject): void {
  const [error] = schema === undefined ? [] : validate(object, { schema, path: "", old: undefined });
  const key = kind === "Secret" ? undecodable(object) : undefined;
  if (error === undefined && key === undefined) return;
  const what = error === undefined ? `illegal base64 data in "${key}"` : `${error.field}: ${error.message}`;
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${what}`);
}

const BLOCKING: ReadonlySet<FieldError["type"]> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

interface Earlier {
  readonly old: KubeObject | undefined;
  /** What is wrong already. */
  readonly found: readonly FieldError[];
}

function customErrors({ resource, subresource }: Call, object: KubeObject, { old, found }: Earlier): FieldError[] {
  const schema = resource.schema ?? {};
  const errors = subresource === "status"
    ? statusErrors(schema, object, old)
    : validate(object, { schema, path: "", old });
  if (old === undefined || duplicates(old, schema).length === 0) errors.push(...duplicates(object, schema));
  if (!hasRules(schema)) return errors;
  if (![...found, ...errors].some(({ type }) => BLOCKING.has(type))) {
    return [...errors, ...checkRules(object, { schema, path: "", old })];
  }
  const detail = "some validation rules were not checked because the object was invalid; " +
    "correct the existing errors to complete validation";
  return [...errors, invalid("", null, detail)];
}

/** A write of the status looks at the status alone; the texts name fields from there, the causes from the root. */
function statusErrors({ properties }: Structural, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const schema = properties?.["status"];
  if (schema === undefined || object["status"] === undefined) return [];
  return validate(object["status"], { schema, path: "", old: old?.["status"] })
    .map((error) => ({ ...error, field: error.field === "" ? "status" : `status.${error.field}` }));
}
