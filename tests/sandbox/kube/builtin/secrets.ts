import { equal } from "../../../../lib/equal.ts";
import { type FieldError, forbidden, invalid } from "../field_errors.ts";
import { isObject, type KubeObject } from "../object.ts";
import { type Resource, resource } from "../resource.ts";
import { isBase64 } from "../schema/format.ts";
import { AGE, column, NAME, sizeOf } from "./columns.ts";
import { boolean, map, object, string } from "./fragments.ts";

const KEY = /^[-._a-zA-Z0-9]+$/;
const MOST_BYTES = 1024 * 1024;

export const secrets: Resource = resource({
  group: "",
  version: "v1",
  plural: "secrets",
  kind: "Secret",
  schema: object({
    data: map({ ...string, nullable: true }),
    stringData: map(string),
    type: string,
    immutable: boolean,
  }),
  columns: [
    NAME,
    column("Type", ({ type }) => type),
    { ...column("Data", (secret) => sizeOf(secret, "data")), type: "string" },
    AGE,
  ],
  fields: { type: ({ type }) => type },
  prepare: prepareSecret,
  check: (secret, old) => [...dataErrors(secret, ["data"]), ...immutableErrors(secret, old)],
});

export const configMaps: Resource = resource({
  group: "",
  version: "v1",
  plural: "configmaps",
  kind: "ConfigMap",
  shortNames: ["cm"],
  schema: object({ data: map(string), binaryData: map(string), immutable: boolean }),
  columns: [NAME, column("Data", (map) => sizeOf(map, "data") + sizeOf(map, "binaryData")), AGE],
  check: (map, old) => [...dataErrors(map, ["binaryData"]), ...immutableErrors(map, old)],
});

/** `stringData` is written only: it goes into `data`. */
function prepareSecret(secret: KubeObject): void {
  const { stringData } = secret;
  delete secret["stringData"];
  const data = secret["data"];
  if (isObject(data)) {
    secret["data"] = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value ?? ""]));
  }
  if (isObject(stringData)) {
    const encoded = Object.entries(stringData).map(([key, value]) => [key, encode(String(value))]);
    secret["data"] = { ...(secret["data"] as object | undefined), ...Object.fromEntries(encoded) };
  }
  secret["type"] ??= "Opaque";
}

function encode(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function dataErrors(object: KubeObject, binary: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const field of ["data", "binaryData"]) {
    for (const [key, value] of Object.entries((object[field] ?? {}) as Record<string, string>)) {
      if (!KEY.test(key) || key === "." || key === ".." || key.length > 253) {
        const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  " +
          "or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        errors.push(invalid(`${field}[${key}]`, key, rule));
      }
      size += binary.includes(field) ? value.length * 3 / 4 : value.length;
    }
  }
  if (size > MOST_BYTES) {
    errors.push({ type: "FieldValueTooLong", field: "data", message: "Too long: may not be more than 1048576 bytes" });
  }
  return errors;
}

function immutableErrors(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined) return [];
  const errors: FieldError[] = [];
  if (object.kind === "Secret" && object["type"] !== old["type"]) {
    errors.push(invalid("type", object["type"], "field is immutable"));
  }
  if (old["immutable"] !== true) return errors;
  if (object["immutable"] !== true) errors.push(forbidden("immutable", "field is immutable when `immutable` is set"));
  for (const field of ["data", "binaryData"]) {
    if (!equal(object[field] ?? {}, old[field] ?? {})) {
      errors.push(forbidden(field, "field is immutable when `immutable` is set"));
    }
  }
  return errors;
}

/** The first member of `data` that is not base64: the server cannot read such a Secret at all. */
export function undecodable(secret: KubeObject): string | undefined {
  return Object.entries((secret["data"] ?? {}) as Record<string, unknown>)
    .find(([, value]) => typeof value === "string" && !isBase64(value))?.[0];
}
