import { equal } from "../../../lib/equal.ts";
import { badRequest } from "./errors.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "./field_errors.ts";
import { labelValueErrors, qualifiedNameErrors, subdomainErrors } from "./names.ts";
import { isObject, type JsonObject, type KubeObject, type Metadata, type OwnerReference } from "./object.ts";

const FIELDS: Readonly<Record<string, "string" | "number" | "map" | "strings" | "objects">> = {
  name: "string",
  generateName: "string",
  namespace: "string",
  selfLink: "string",
  uid: "string",
  resourceVersion: "string",
  generation: "number",
  creationTimestamp: "string",
  deletionTimestamp: "string",
  deletionGracePeriodSeconds: "number",
  labels: "map",
  annotations: "map",
  finalizers: "strings",
  ownerReferences: "objects",
  managedFields: "objects",
};

const MOST_ANNOTATIONS = 256 * 1024;

/** Reads metadata as the server does: known fields alone. Returns the paths of the unknown ones. */
export function readMetadata(object: JsonObject): string[] {
  const found = object["metadata"] ?? {};
  if (!isObject(found)) throw badRequest(unreadable(object, nameOfType(found), "metadata", "v1.ObjectMeta"));
  const unknown: string[] = [];
  const metadata: JsonObject = {};
  for (const [field, value] of Object.entries(found)) {
    const type = FIELDS[field];
    if (type === undefined) unknown.push(`metadata.${field}`);
    else if (value !== null && !isEmpty(value)) {
      const wrong = wrongIn(value, type);
      if (wrong !== undefined) throw badRequest(unreadable(object, wrong, `ObjectMeta.${field}`, GO_TYPES[type]));
      // The managers of fields are not kept: nothing here applies on the server's side.
      if (field !== "managedFields" && field !== "selfLink") {
        metadata[field] = type === "map" ? withoutNulls(value) : value;
      }
    }
  }
  object["metadata"] = metadata;
  return unknown;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0);
}

const GO_TYPES = { string: "string", number: "int64", map: "string", strings: "string", objects: "struct" };

/** The JSON type of what is not as the field has it; `undefined` where all is. */
function wrongIn(value: unknown, type: keyof typeof GO_TYPES): string | undefined {
  const isWrong = (each: unknown) => type === "objects" ? !isObject(each) : typeof each !== "string";
  if (type === "string" || type === "number") {
    const found = nameOfType(value);
    return found === type ? undefined : found;
  }
  if (type === "map" ? !isObject(value) : !Array.isArray(value)) return nameOfType(value);
  const found = Object.values(value as object).filter((each) => isWrong(each) && !(type === "map" && each === null));
  return found.length === 0 ? undefined : nameOfType(found[0]);
}

/** A null in a map of strings reads as nothing. */
function withoutNulls(value: unknown): JsonObject {
  return Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, each ?? ""]));
}

function nameOfType(value: unknown): string {
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "array" : typeof value;
}

function unreadable({ apiVersion, kind }: JsonObject, found: string, field: string, type: string): string {
  const version = String(apiVersion).split("/").at(-1);
  return `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${found} into Go ` +
    `struct field ${field} of type ${type}`;
}

/** What is wrong with the metadata of a new object. */
export function createErrors(
  metadata: Metadata,
  nameErrors: (name: string) => string[] = subdomainErrors,
): FieldError[] {
  const errors: FieldError[] = [];
  if (metadata.name === undefined || metadata.name === "") {
    errors.push(required("metadata.name", "name or generateName is required"));
  } else errors.push(...nameErrors(metadata.name).map((text) => invalid("metadata.name", metadata.name, text)));
  return [...errors, ...commonErrors(metadata)];
}

/** What is wrong with the metadata of a changed object. */
export function updateErrors(metadata: Metadata, old: Metadata): FieldError[] {
  const errors: FieldError[] = [];
  const added = (metadata.finalizers ?? []).filter((each) => !old.finalizers?.includes(each)).sort();
  if (old.deletionTimestamp !== undefined && added.length > 0) {
    const list = `[]string{${added.map((each) => JSON.stringify(each)).join(", ")}}`;
    const detail = "no new finalizers can be added if the object is being deleted, found new finalizers ";
    errors.push(forbidden("metadata.finalizers", detail + list));
  }
  for (const field of ["name", "namespace", "uid", "deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    if (!equal(metadata[field], old[field])) {
      errors.push(invalid(`metadata.${field}`, metadata[field] ?? null, "field is immutable"));
    }
  }
  return [...errors, ...commonErrors(metadata)];
}

function commonErrors(
  { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] }: Metadata,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels)) {
    errors.push(...qualifiedNameErrors(key).map((text) => invalid("metadata.labels", key, text)));
    errors.push(...labelValueErrors(value).map((text) => invalid("metadata.labels", value, text)));
  }
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    size += key.length + value.length;
    errors.push(...qualifiedNameErrors(key.toLowerCase()).map((text) => invalid("metadata.annotations", key, text)));
  }
  if (size > MOST_ANNOTATIONS) errors.push(tooLong("metadata.annotations", MOST_ANNOTATIONS));
  for (const finalizer of finalizers) {
    errors.push(...qualifiedNameErrors(finalizer).map((text) => invalid("metadata.finalizers", finalizer, text)));
  }
  return [...errors, ...ownerErrors(ownerReferences)];
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const errors = owners.flatMap((owner, index) =>
    (["apiVersion", "kind", "name", "uid"] as const)
      .filter((field) => owner[field] === undefined || owner[field] === "")
      .map((field) => required(`metadata.ownerReferences[${index}].${field}`, "must not be empty"))
  );
  const controllers = owners.filter(({ controller }) => controller === true);
  if (controllers.length > 1) {
    const [first, second] = controllers.map(({ kind, name }) => `${kind}/${name}`);
    const detail =
      `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
    errors.push(invalid("metadata.ownerReferences", owners, detail));
  }
  return errors;
}

/** The fields in the order that Kubernetes writes them; what is stored has its type first, always. */
export function ordered({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata, ...rest };
}
