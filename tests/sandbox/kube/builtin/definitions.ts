import { type FieldError, invalid, required } from "../field_errors.ts";
import { isObject, type JsonObject, type KubeObject } from "../object.ts";
import { at, type Resource, resource } from "../resource.ts";
import { compileRules } from "../schema/cel.ts";
import { applyDefaults } from "../schema/default.ts";
import { childPath, type Structural } from "../schema/structural.ts";
import { validate } from "../schema/validate.ts";
import { column, NAME } from "./columns.ts";
import { any, boolean, integer, list, map, object, string } from "./fragments.ts";

const rule = object({
  rule: string,
  message: string,
  messageExpression: string,
  fieldPath: string,
  reason: string,
  optionalOldSelf: boolean,
});

/** JSONSchemaProps: the keywords that there are. It refers to itself, so it is closed below. */
const keywords: Record<string, Structural> = {
  ...Object.fromEntries(
    ["$ref", "$schema", "description", "format", "id", "pattern", "title", "type", "x-kubernetes-list-type"]
      .map((name) => [name, string]),
  ),
  ...Object.fromEntries(
    ["maximum", "minimum", "multipleOf"].map((name) => [name, { type: "number" }]),
  ),
  ...Object.fromEntries(
    ["maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"].map((name) => [name, integer]),
  ),
  ...Object.fromEntries(
    [
      "exclusiveMaximum",
      "exclusiveMinimum",
      "nullable",
      "uniqueItems",
      "x-kubernetes-embedded-resource",
      "x-kubernetes-int-or-string",
      "x-kubernetes-preserve-unknown-fields",
    ].map((name) => [name, boolean]),
  ),
  default: any,
  example: any,
  enum: list(any),
  required: list(string),
  externalDocs: object({ description: string, url: string }),
  "x-kubernetes-map-type": string,
  "x-kubernetes-list-map-keys": list(string),
  "x-kubernetes-validations": list(rule),
};
const schemaProps: Structural = { type: "object", properties: keywords };
for (const name of ["items", "not"]) keywords[name] = schemaProps;
// These two may also be a boolean, so their type is open.
keywords["additionalProperties"] = { properties: keywords };
keywords["additionalItems"] = { properties: keywords };
for (const name of ["allOf", "anyOf", "oneOf"]) keywords[name] = list(schemaProps);
for (const name of ["properties", "definitions", "patternProperties"]) keywords[name] = map(schemaProps);
keywords["dependencies"] = map(any);

const names = object({
  plural: string,
  singular: string,
  kind: string,
  listKind: string,
  shortNames: list(string),
  categories: list(string),
});

const version = object({
  name: string,
  served: boolean,
  storage: boolean,
  deprecated: boolean,
  deprecationWarning: string,
  schema: object({ openAPIV3Schema: schemaProps }),
  subresources: object({ status: any, scale: any }),
  additionalPrinterColumns: list(
    object({ name: string, type: string, format: string, description: string, priority: integer, jsonPath: string }),
  ),
  selectableFields: list(object({ jsonPath: string })),
});

export const definitions: Resource = resource({
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  hasStatus: true,
  unconditionalUpdate: false,
  generations: true,
  schema: object({
    spec: object({
      group: string,
      scope: string,
      names,
      versions: list(version),
      conversion: any,
      preserveUnknownFields: boolean,
    }),
    status: any,
  }),
  columns: [NAME, column("Created At", ({ metadata }) => metadata.creationTimestamp)],
  prepare: prepareDefinition,
  check: definitionErrors,
});

function prepareDefinition(definition: KubeObject): void {
  const names = at(definition, "spec", "names");
  if (isObject(names) && typeof names["kind"] === "string") {
    names["singular"] ??= names["kind"].toLowerCase();
    names["listKind"] ??= `${names["kind"]}List`;
  }
  if (isObject(definition["spec"])) definition["spec"]["conversion"] ??= { strategy: "None" };
}

function definitionErrors(definition: KubeObject): FieldError[] {
  const spec = definition["spec"];
  if (!isObject(spec)) return [required("spec")];
  const errors: FieldError[] = [];
  const [group, plural] = [spec["group"], at(spec, "names", "plural")];
  if (!group) errors.push(required("spec.group"));
  if (!plural) errors.push(required("spec.names.plural"));
  if (!at(spec, "names", "kind")) errors.push(required("spec.names.kind"));
  if (definition.metadata.name !== `${plural}.${group}`) {
    const detail = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalid("metadata.name", definition.metadata.name, detail));
  }
  const versions = (spec["versions"] ?? []) as JsonObject[];
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    const detail = "must have exactly one version marked as storage version";
    errors.push(invalid("spec.versions", versions, detail));
  }
  versions.forEach((each, index) => {
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    const schema = at(each, "schema", "openAPIV3Schema");
    if (!isObject(schema)) errors.push(required(path, "schemas are required"));
    else errors.push(...schemaErrors(schema as Structural, path, true));
  });
  return errors;
}

const UNUSABLE = ["$ref", "definitions", "patternProperties", "dependencies", "additionalItems", "$schema", "id"];

/** What makes a schema not structural, its defaults wrong or its rules unreadable. */
function schemaErrors(schema: Structural, path: string, isRoot = false): FieldError[] {
  const errors: FieldError[] = [];
  const open = schema["x-kubernetes-preserve-unknown-fields"] || schema["x-kubernetes-int-or-string"];
  if (!schema.type && (isRoot || !open)) {
    const which = isRoot ? "must not be empty at the root" : "must not be empty for specified object fields";
    errors.push(required(childPath(path, "type"), which));
  }
  for (const keyword of UNUSABLE) {
    if (keyword in schema) errors.push({ ...invalid(childPath(path, keyword), null, "is not supported") });
  }
  if (schema.additionalProperties !== undefined && schema.properties !== undefined) {
    errors.push({
      type: "FieldValueForbidden",
      field: `${path}.additionalProperties`,
      message: "Forbidden: additionalProperties and properties are mutual exclusive",
    });
  }
  if (schema.default !== undefined) {
    const value = structuredClone(schema.default);
    applyDefaults(value, schema);
    errors.push(...validate(value, { schema, path: childPath(path, "default"), old: undefined }));
  }
  errors.push(...ruleErrors(schema, path));
  for (const [field, child] of Object.entries(schema.properties ?? {})) {
    if (isRoot && (field === "metadata" || field === "apiVersion" || field === "kind")) continue;
    errors.push(...schemaErrors(child, `${path}.properties[${field}]`));
  }
  if (schema.items !== undefined) errors.push(...schemaErrors(schema.items, `${path}.items`));
  if (typeof schema.additionalProperties === "object") {
    errors.push(...schemaErrors(schema.additionalProperties, `${path}.additionalProperties`));
  }
  return errors;
}

function ruleErrors(schema: Structural, path: string): FieldError[] {
  try {
    compileRules(schema);
    return [];
  } catch (error) {
    const detail = `compilation failed: ${(error as Error).message}`;
    return [invalid(`${path}.x-kubernetes-validations`, schema["x-kubernetes-validations"], detail)];
  }
}
