import { badRequest, expired, invalidObject, notFound, tooLarge } from "./errors.ts";
import { forbidden } from "./field_errors.ts";
import { jsonOf, keyOf, type KubeObject } from "./object.ts";
import { apiVersionOf, type Resource } from "./resource.ts";
import { selectorOf } from "./selector.ts";
import type { Call, Service } from "./service.ts";

/** The stored object as the resource's version has it. */
export function servedOf(resource: Resource, stored: KubeObject): KubeObject {
  const served = resource.toServed?.(stored) ?? stored;
  const apiVersion = apiVersionOf(resource);
  return served.apiVersion === apiVersion ? served : { ...served, apiVersion };
}

export function get({ service, resource, namespace, name = "", query }: Call): KubeObject {
  atLeast(service, query);
  const found = service.storage.get(resource.table, keyOf(namespace, name));
  if (found === undefined) throw notFound(resource, name);
  return servedOf(resource, found);
}

export interface Page {
  readonly objects: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

interface Token {
  readonly rv: number;
  readonly after: string;
}

/** One page of a list; a page that goes on another is at the same version as far as a watch from there is concerned. */
export function list({ service, resource, namespace, query }: Call): Page {
  const { storage } = service;
  const token = readToken(query.get("continue") ?? "");
  const version = query.get("resourceVersion") ?? "";
  if (token !== undefined && version !== "" && version !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  if (token !== undefined && token.rv < storage.oldest(resource.table)) {
    throw expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
        "without the continue parameter, or use the continue token in this response to retrieve the remainder of the " +
        "results. Continuing with the provided token results in an inconsistent list - objects that were created, " +
        "modified, or deleted between the time the first chunk was returned and now may show up in the list.",
    );
  }
  if (query.get("resourceVersionMatch") && version === "") {
    throw invalidOptions("resourceVersionMatch is forbidden unless resourceVersion is provided");
  }
  atLeast(service, query);
  const selector = selectorOf(query, resource);
  let objects = storage.list(resource.table, namespace);
  if (selector !== undefined) objects = objects.filter(selector);
  if (token !== undefined) {
    objects = objects.filter(({ metadata }) => keyOf(metadata.namespace, metadata.name) > token.after);
  }
  const rv = token?.rv ?? storage.revision;
  const limit = Number(query.get("limit") ?? 0);
  const page = limit > 0 ? objects.slice(0, limit) : objects;
  const last = page.at(-1)?.metadata;
  const more = last !== undefined && page.length < objects.length;
  return {
    objects: page.map((each) => servedOf(resource, each)),
    metadata: {
      resourceVersion: String(rv),
      ...(more ? { continue: writeToken({ rv, after: keyOf(last.namespace, last.name) }) } : {}),
      ...(more && selector === undefined ? { remainingItemCount: objects.length - page.length } : {}),
    },
  };
}

/** Options of a list or watch that do not go together. */
export function invalidOptions(detail: string): Error {
  return invalidObject({ group: "meta.k8s.io", kind: "ListOptions" }, "", [forbidden("resourceVersionMatch", detail)]);
}

/** The list as JSON, made of the texts of its items. */
export function listText(resource: Resource, { objects, metadata }: Page): string {
  const head = { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata };
  const prefix = `{"apiVersion":${JSON.stringify(apiVersionOf(resource))},"kind":${JSON.stringify(resource.kind)},`;
  const items = objects.map((object) => {
    const text = jsonOf(object);
    // Items of built-in kinds do not carry their kind.
    return resource.custom || !text.startsWith(prefix) ? text : `{${text.slice(prefix.length)}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(",")}]}`;
}

function writeToken({ rv, after }: Token): string {
  return btoa(JSON.stringify({ v: "meta.k8s.io/v1", rv, start: after }));
}

function readToken(text: string): Token | undefined {
  if (text === "") return undefined;
  try {
    const { rv, start } = JSON.parse(atob(text));
    return { rv: Number(rv), after: String(start) };
  } catch {
    throw badRequest("invalid continue token: continue key is not valid: illegal base64 data or JSON");
  }
}

/** A version that is not there yet is not waited for: nothing else writes to this server. */
function atLeast({ storage }: Service, query: URLSearchParams): void {
  const asked = versionOf(query);
  if (asked > storage.revision) throw tooLarge(asked, storage.revision);
}

/** The resourceVersion that a read names, 0 where it names none. */
export function versionOf(query: URLSearchParams): number {
  const text = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(text)) {
    const value = JSON.stringify(text);
    const why = `strconv.ParseUint: parsing ${value}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${value}: ${why}`);
  }
  return Number(text);
}
