import type { JsonObject } from "./object.ts";
import { apiVersionOf, type Resource, type Resources } from "./resource.ts";

const VERSION = { major: "1", minor: "37", gitVersion: "v1.37.0-sandbox", platform: "linux/amd64" };
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The answer to a path that says what is served; `undefined` where the path is none of these. */
export function discover(path: string, resources: Resources): JsonObject | undefined {
  if (path === "/version") return VERSION;
  if (path === "/api") {
    return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  }
  if (path === "/apis") {
    return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(resources) };
  }
  const [, root, ...rest] = path.split("/");
  if (root === "api" && rest.length === 1) return resourceList(rest[0] as string, resources);
  if (root !== "apis") return undefined;
  if (rest.length === 1) {
    const group = groupsOf(resources).find(({ name }) => name === rest[0]);
    return group && { kind: "APIGroup", apiVersion: "v1", ...group };
  }
  return rest.length === 2 ? resourceList(rest.join("/"), resources) : undefined;
}

function groupsOf(resources: Resources): JsonObject[] {
  const groups = new Map<string, Set<string>>();
  for (const { group, version } of resources.all()) {
    if (group !== "") groups.set(group, (groups.get(group) ?? new Set()).add(version));
  }
  return [...groups].map(([name, found]) => {
    const versions = [...found].map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
}

function resourceList(groupVersion: string, resources: Resources): JsonObject | undefined {
  const found = resources.all().filter((each) => apiVersionOf(each) === groupVersion);
  if (found.length === 0) return undefined;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: found.flatMap(entriesOf) };
}

function entriesOf({ plural, singular, namespaced, kind, shortNames, categories, hasStatus }: Resource): JsonObject[] {
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: VERBS,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
  if (!hasStatus) return [own];
  return [own, { name: `${plural}/status`, singularName: "", namespaced, kind, verbs: ["get", "patch", "update"] }];
}
