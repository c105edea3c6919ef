import { apiVersionOf, type Resource } from "./resource.ts";
import type { JsonObject, KubeObject } from "./object.ts";

/** What a client wants an object to be shown as. */
export type View = "object" | "table" | "metadata";

const AS_TABLE = /as=Table/;
const AS_METADATA = /as=PartialObjectMetadata(List)?/;

/** From the Accept header; the first form that is served wins. */
export function viewOf(accept: string): View {
  for (const part of accept.split(",")) {
    if (AS_TABLE.test(part)) return "table";
    if (AS_METADATA.test(part)) return "metadata";
    if (/^\s*(application\/json|\*\/\*)\s*(;|$)/.test(part) && !part.includes("as=")) return "object";
  }
  return "object";
}

export interface TableOptions {
  readonly resource: Resource;
  readonly objects: readonly KubeObject[];
  readonly metadata: object;
  /** `Metadata` (default), `Object` or `None`. */
  readonly include: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** False where a watch sent the columns before. */
  readonly withColumns?: boolean;
}

/** A meta.k8s.io/v1 Table, as kubectl prints it. */
export function table({ resource, objects, metadata, include, now, withColumns = true }: TableOptions): JsonObject {
  const columns = resource.columns;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: !withColumns
      ? null
      : columns.map(({ name, type, format = "", description = "", priority = 0 }) => ({
        name,
        type,
        format,
        description,
        priority,
      })),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now) ?? null),
      ...(include === "None" ? {} : { object: include === "Object" ? object : metadataOnly(object) }),
    })),
  };
}

/** An object without all but its metadata. */
export function metadataOnly({ metadata }: KubeObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

/** A list of those. */
export function metadataList(objects: readonly KubeObject[], metadata: object): JsonObject {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    items: objects.map(metadataOnly),
  };
}

/** For a bookmark, which has no more than this. */
export function bookmark(resource: Resource, revision: number, initial: boolean): JsonObject {
  const annotations = { "k8s.io/initial-events-end": "true" };
  const metadata = { resourceVersion: String(revision), ...(initial ? { annotations } : {}) };
  return { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
}
