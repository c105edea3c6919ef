import { badRequest, invalidObject, StatusError } from "./errors.ts";
import { invalid } from "./field_errors.ts";
import { ordered, readMetadata } from "./metadata.ts";
import { isObject, type JsonObject, type KubeObject } from "./object.ts";
import { apiVersionOf, at, type Resource } from "./resource.ts";
import { prune, pruneNulls } from "./schema/prune.ts";
import type { Call } from "./service.ts";

/** The body as a JSON object. @throws StatusError */
export function parseBody({ body }: Call): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw badRequest("couldn't get version/kind; json parse error: the body is not an object");
  return value;
}

/** Reads what was sent as an object of the resource, without what its schema does not know. */
export function decode(
  { resource, query, warnings }: Call,
  found: JsonObject,
  refuse: (errors: string) => Error,
): KubeObject {
  const apiVersion = apiVersionOf(resource);
  const { apiVersion: givenVersion, kind: givenKind } = found;
  if (!resource.custom) {
    Object.assign(found, { apiVersion: givenVersion ?? apiVersion, kind: givenKind ?? resource.kind });
  }
  refuseOtherType(resource, found);
  const unknown = readMetadata(found);
  if (resource.schema !== undefined) {
    pruneNulls(found, resource.schema);
    unknown.push(...prune(found, resource.schema));
  }
  const errors = unknown.sort().map((path) => `unknown field "${path}"`);
  const mode = query.get("fieldValidation") || "Warn";
  if (errors.length > 0 && mode === "Strict") throw refuse(errors.join(", "));
  if (mode === "Warn") warnings.push(...errors);
  return ordered(found as KubeObject);
}

function refuseOtherType(resource: Resource, found: JsonObject): void {
  const { apiVersion: givenVersion, kind } = found;
  const apiVersion = apiVersionOf(resource);
  const unrecognized = `the object provided is unrecognized (must be of type ${resource.kind})`;
  for (const [field, given] of [["Kind", kind], ["apiVersion", givenVersion]]) {
    if (given) continue;
    const text = JSON.stringify(found);
    throw badRequest(`${unrecognized}: Object '${field}' is missing in '${text}' (${text.slice(0, 22)} ...)`);
  }
  if (givenVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${givenVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (kind === resource.kind) return;
  if (!resource.custom) {
    throw badRequest(`${unrecognized}: no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  const name = String(at(found, "metadata", "name") ?? "");
  throw invalidObject({ group: resource.group, kind: String(kind) }, name, [
    invalid("kind", kind, `must be ${resource.kind}`),
  ]);
}

/** Unknown fields, where they are refused. */
export function strictError({ kind, version }: Resource, errors: string): StatusError {
  return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${errors}`);
}
