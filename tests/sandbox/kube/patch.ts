import jsonPatch, { type Operation } from "fast-json-patch";
import { badRequest, StatusError } from "./errors.ts";
import { clone, isObject, type JsonObject, type KubeObject } from "./object.ts";

/** Applies a patch of the type that the request names; what comes out is not checked. */
export function applyPatch(current: KubeObject, body: string, contentType: string, custom: boolean): JsonObject {
  const type = contentType.split(";")[0]?.trim();
  if (type === "application/json-patch+json") return jsonPatched(current, parse(body));
  if (type === "application/merge-patch+json") return merged(clone(current), patchObject(body));
  if (type === "application/strategic-merge-patch+json" && !custom) {
    return strategicMerged(clone(current), patchObject(body));
  }
  const supported = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
  const listed = custom ? supported : [...supported.slice(0, 2), "application/strategic-merge-patch+json"];
  const message = `the body of the request was in an unknown format - accepted media types include: ${
    listed.join(", ")
  }`;
  throw new StatusError(415, "UnsupportedMediaType", message);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function patchObject(body: string): JsonObject {
  const patch = parse(body);
  if (!isObject(patch)) throw badRequest("error decoding patch: the patch is not an object");
  return patch;
}

function jsonPatched(current: KubeObject, operations: unknown): JsonObject {
  if (!Array.isArray(operations)) throw badRequest("error decoding patch: the patch is not a list");
  try {
    let document: JsonObject = clone(current);
    for (const operation of clone(operations)) {
      document = jsonPatch.applyOperation(document, asAdd(document, operation), true).newDocument;
    }
    return document;
  } catch (error) {
    // The server does not say which operation it was.
    void error;
    const message = "the server rejected our request due to an error in our request";
    throw new StatusError(422, "Invalid", message, {});
  }
}

/** The server lets `replace` set a member that is not there, which RFC 6902 does not. */
function asAdd(document: JsonObject, operation: Operation): Operation {
  if (operation.op !== "replace") return operation;
  const parent = operation.path.slice(0, operation.path.lastIndexOf("/"));
  return isObject(jsonPatch.getValueByPointer(document, parent)) ? { ...operation, op: "add" } : operation;
}

/** RFC 7386. */
function merged(target: JsonObject, patch: JsonObject): JsonObject {
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete target[field];
    else if (isObject(value)) target[field] = merged(isObject(target[field]) ? target[field] : {}, value);
    else target[field] = value;
  }
  return target;
}

/** Merge keys of the lists in metadata and status; other lists are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = { ownerReferences: "uid", conditions: "type" };
const MERGED_SETS: ReadonlySet<string> = new Set(["finalizers"]);

function strategicMerged(target: JsonObject, patch: JsonObject): JsonObject {
  const { $patch: directive, ...fields } = patch;
  if (directive === "replace") return fields;
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith("$deleteFromPrimitiveList/")) {
      const name = field.slice(field.indexOf("/") + 1);
      const gone = value as unknown[];
      target[name] = (target[name] as unknown[] | undefined ?? []).filter((each) => !gone.includes(each));
    } else if (field.startsWith("$")) continue;
    else if (value === null) delete target[field];
    else if (Array.isArray(value)) target[field] = strategicList(field, target[field], value);
    else if (isObject(value)) target[field] = strategicMerged(isObject(target[field]) ? target[field] : {}, value);
    else target[field] = value;
  }
  return target;
}

function strategicList(field: string, current: unknown, patch: readonly unknown[]): unknown[] {
  const items = Array.isArray(current) ? current : [];
  if (MERGED_SETS.has(field)) return [...new Set([...patch, ...items])];
  const key = MERGE_KEYS[field];
  if (key === undefined) return [...patch];
  let result = [...items];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const index = result.findIndex((each) => isObject(each) && each[key] === item[key]);
    if (item["$patch"] === "delete") result = result.filter((_, each) => each !== index);
    else if (index < 0) result.push(item);
    else result[index] = strategicMerged(result[index] as JsonObject, item);
  }
  return result;
}
