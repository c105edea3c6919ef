import type { ResourceType } from "./api.ts";
import { KubeError } from "./errors.ts";

/** URL path of a resource, of one object in it, or of its subresource. @throws KubeError where a name can be none */
export function pathOf(
  { group, version, plural }: ResourceType,
  { namespace, name, subresource }: {
    readonly namespace?: string;
    readonly name?: string;
    readonly subresource?: string;
  } = {},
): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const parts = [
    ...(namespace === undefined ? [] : ["namespaces", namespace]),
    plural,
    ...(name === undefined ? [] : [name]),
  ];
  for (const part of parts) {
    // An empty or dotted segment would name another resource: a URL parser drops it.
    if (["", ".", ".."].includes(part)) throw new KubeError(400, "BadRequest", `"${part}" cannot be a name`);
  }
  return [root, ...parts.map(encodeURIComponent), ...(subresource === undefined ? [] : [subresource])].join("/");
}

/** A path with placeholders where names are, of which there are few. */
export function templateOf(path: string): string {
  const [empty, root, ...parts] = path.split("/");
  const head = root === "api" ? 1 : 2;
  const [version, rest] = [parts.slice(0, head), parts.slice(head)];
  const isNamespaced = rest[0] === "namespaces" && rest.length > 2;
  const scope = isNamespaced ? ["namespaces", "{namespace}"] : [];
  const [plural = "", name, ...more] = isNamespaced ? rest.slice(2) : rest;
  return [empty, root, ...version, ...scope, plural, ...(name === undefined ? [] : ["{name}"]), ...more].join("/");
}
