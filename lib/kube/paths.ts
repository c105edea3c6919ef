import type { ResourceType } from "./api.ts";

/** URL path of a resource, of one object in it, or of its subresource. */
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
  return [root, ...parts.map(encodeURIComponent), ...(subresource === undefined ? [] : [subresource])].join("/");
}
