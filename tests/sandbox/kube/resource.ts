import type { FieldError } from "./field_errors.ts";
import type { JsonObject, KubeObject } from "./object.ts";
import type { Structural } from "./schema/structural.ts";

/** A column of the Table that kubectl prints. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  /** Of the object as it is served. `now` in epoch milliseconds. */
  readonly cell: (object: KubeObject, now: number) => unknown;
}

/** A resource as it is served in one group and version. */
export interface Resource {
  /** `""` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly hasStatus: boolean;
  /** Resources of one table are the same objects, as Events are in two groups. */
  readonly table: string;
  /** Without it the fields are not checked, nor unknown ones removed. */
  readonly schema: Structural | undefined;
  readonly custom: boolean;
  readonly columns: readonly Column[];
  /** Field selectors besides metadata.name and metadata.namespace. */
  readonly fields: Readonly<Record<string, (stored: KubeObject) => unknown>>;
  /** A PUT of what is not there makes it. */
  readonly createsOnUpdate: boolean;
  /** A PUT without a resourceVersion is let through. */
  readonly unconditionalUpdate: boolean;
  /** `generation` counts the changes of what is not metadata. */
  readonly generations: boolean;
  /** The group in 422, where it is not the resource's own. */
  readonly invalidGroup?: string;
  nameErrors?(name: string): string[];
  /** Completes, in place, what is written; before it is checked. `old` is undefined at creation. */
  prepare?(object: KubeObject, old: KubeObject | undefined): void;
  /** What is wrong with it beyond the schema. */
  check?(object: KubeObject, old: KubeObject | undefined): FieldError[];
  /** From what is written to what is stored, and back; where the two differ. */
  toStored?(object: KubeObject): KubeObject;
  toServed?(stored: KubeObject): KubeObject;
}

/** `apiVersion` of the resource's objects. */
export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Something like a Partial of a Resource; what is not said is said here. */
export function resource(
  given: Pick<Resource, "group" | "version" | "plural" | "kind"> & Partial<Resource>,
): Resource {
  return {
    singular: given.kind.toLowerCase(),
    listKind: `${given.kind}List`,
    namespaced: true,
    shortNames: [],
    categories: [],
    hasStatus: false,
    table: `${given.group}/${given.plural}`,
    schema: undefined,
    custom: false,
    columns: [],
    fields: {},
    createsOnUpdate: false,
    unconditionalUpdate: true,
    generations: false,
    ...given,
  };
}

/** What is served, by path and by kind. */
export class Resources {
  readonly #byPath = new Map<string, Resource>();

  set(resource: Resource): void {
    this.#byPath.set(`${apiVersionOf(resource)}/${resource.plural}`, resource);
  }

  remove(resource: Resource): void {
    this.#byPath.delete(`${apiVersionOf(resource)}/${resource.plural}`);
  }

  at(apiVersion: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${apiVersion}/${plural}`);
  }

  ofKind(apiVersion: unknown, kind: unknown): Resource | undefined {
    return this.all().find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
  }

  all(): readonly Resource[] {
    return [...this.#byPath.values()];
  }

  /** One of each table, so that no object is met twice. */
  tables(): readonly Resource[] {
    return [...new Map(this.all().toReversed().map((each) => [each.table, each])).values()];
  }
}

/** The member of a member of …; undefined where one is missing. */
export function at(object: JsonObject, ...path: readonly string[]): unknown {
  let value: unknown = object;
  for (const field of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as JsonObject)[field];
  }
  return value;
}
