import type { JsonObject } from "./object.ts";
import { apiVersionOf, type Resource, type Resources } from "./resource.ts";

/**
 * OpenAPI v3, as far as kubectl looks: which paths there are, that a PATCH knows `fieldValidation` and `dryRun`, and
 * the schemas of custom resources.
 */
export function openApi(path: string, resources: Resources): JsonObject | undefined {
  if (path === "/openapi/v3") {
    const paths = [...new Set(resources.all().map(pathOf))];
    const entries = paths.map((each) => [each, { serverRelativeURL: `/openapi/v3/${each}?hash=sandbox` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const served = resources.all().filter((each) => path === `/openapi/v3/${pathOf(each)}`);
  if (served.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.37.0" },
    paths: Object.fromEntries(served.map((each) => [pathTemplate(each), operations(each)])),
    components: {
      schemas: Object.fromEntries(
        served.filter(({ custom }) => custom).map((each) => [schemaName(each), schema(each)]),
      ),
    },
  };
}

function pathOf(resource: Resource): string {
  return resource.group === "" ? `api/${resource.version}` : `apis/${apiVersionOf(resource)}`;
}

function pathTemplate(resource: Resource): string {
  const namespace = resource.namespaced ? "namespaces/{namespace}/" : "";
  return `/${pathOf(resource)}/${namespace}${resource.plural}/{name}`;
}

function schemaName({ group, version, kind }: Resource): string {
  return [...group.split(".").reverse(), version, kind].join(".");
}

function typeOf({ group, version, kind }: Resource): JsonObject {
  return { group, version, kind };
}

function operations(resource: Resource): JsonObject {
  const parameter = (name: string) => ({ name, in: "query", schema: { type: "string", uniqueItems: true } });
  const type = { "x-kubernetes-group-version-kind": typeOf(resource), responses: {} };
  const writes = { ...type, parameters: ["dryRun", "fieldManager", "fieldValidation"].map(parameter) };
  const body = { requestBody: { content: { "application/json-patch+json": {}, "application/merge-patch+json": {} } } };
  return {
    get: { ...type, "x-kubernetes-action": "get" },
    put: { ...writes, "x-kubernetes-action": "put" },
    patch: { ...writes, ...body, "x-kubernetes-action": "patch" },
    delete: { ...writes, "x-kubernetes-action": "delete" },
  };
}

function schema(resource: Resource): JsonObject {
  return { ...resource.schema, "x-kubernetes-group-version-kind": [typeOf(resource)] };
}
