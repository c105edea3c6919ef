import type { Resource, Resources } from "./resource.ts";

/** What a request is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const PATH = /^\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))\/(.+)$/;

/** Reads a path; `undefined` where it is not one of a resource that is served. */
export function route(path: string, resources: Resources): Target | undefined {
  const [, core, group, rest = ""] = PATH.exec(path) ?? [];
  const apiVersion = core ?? group;
  if (apiVersion === undefined) return undefined;
  const parts = rest.split("/").map(decodeURIComponent);
  // `namespaces/a/secrets` is about secrets; `namespaces/a` and `namespaces/a/status` are about the namespace.
  if (parts[0] === "namespaces" && parts.length > 2 && parts[2] !== "status" && parts[2] !== "finalize") {
    const [, namespace, plural = "", name, subresource, ...more] = parts;
    const resource = resources.at(apiVersion, plural);
    if (resource === undefined || !resource.namespaced || more.length > 0) return undefined;
    return known({ resource, namespace, name, subresource });
  }
  const [plural = "", name, subresource, ...more] = parts;
  const resource = resources.at(apiVersion, plural);
  // A namespaced object without its namespace is nowhere; the list over all namespaces is.
  if (resource === undefined || more.length > 0 || (resource.namespaced && name !== undefined)) return undefined;
  return known({ resource, namespace: undefined, name, subresource });
}

function known(target: Target): Target | undefined {
  const { subresource, resource } = target;
  return subresource === undefined || (subresource === "status" && resource.hasStatus) ? target : undefined;
}

/** A review of the sender's own permissions: a question, though it is sent like a write. */
export const REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

/**
 * The request in few words: `PATCH buckets/status`, `LIST secrets`, `WATCH leases`, `REVIEW permissions`,
 * `GET /version`.
 */
export function nameOf(method: string, url: URL, target: Target | undefined): string {
  if (url.pathname === REVIEW) return "REVIEW permissions";
  if (target === undefined) return `${method} ${url.pathname}`;
  const { resource, name, subresource } = target;
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`;
  if (method === "GET" && isWatch(url.searchParams)) return `WATCH ${what}`;
  if (name === undefined && method === "GET") return `LIST ${what}`;
  return name === undefined && method === "DELETE" ? `DELETECOLLECTION ${what}` : `${method} ${what}`;
}

export function isWatch(query: URLSearchParams): boolean {
  const watch = query.get("watch");
  return watch !== null && watch !== "" && watch !== "0" && watch !== "false";
}
