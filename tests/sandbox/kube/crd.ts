import { AGE, age, NAME } from "./builtin/columns.ts";
import type { JsonObject, KubeObject } from "./object.ts";
import { jsonPath } from "./json_path.ts";
import { at, type Column, type Resource, resource, type Resources } from "./resource.ts";
import { applyDefaults, hasDefaults } from "./schema/default.ts";
import type { Structural } from "./schema/structural.ts";

interface Names {
  readonly plural: string;
  readonly kind: string;
  readonly singular?: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly subresources?: { readonly status?: object };
  readonly schema?: { readonly openAPIV3Schema?: Structural };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

/** Serves what the definition defines, in place of what it defined before. */
export function serve(resources: Resources, definition: KubeObject): void {
  unserve(resources, definition);
  for (const resource of definedBy(definition)) resources.set(resource);
}

/** Stops serving what the definition defines. */
export function unserve(resources: Resources, definition: KubeObject): void {
  const [group, plural] = [at(definition, "spec", "group"), at(definition, "spec", "names", "plural")];
  for (const each of resources.all()) if (each.group === group && each.plural === plural) resources.remove(each);
}

/** The resources of its served versions. All versions are alike: nothing is converted but the apiVersion. */
function definedBy(definition: KubeObject): Resource[] {
  const spec = definition["spec"] as { group: string; scope: string; names: Names; versions: readonly Version[] };
  const { group, names, versions, scope } = spec;
  return versions.filter(({ served }) => served).map((version) =>
    resource({
      group,
      version: version.name,
      plural: names.plural,
      kind: names.kind,
      singular: names.singular ?? names.kind.toLowerCase(),
      listKind: names.listKind ?? `${names.kind}List`,
      namespaced: scope === "Namespaced",
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      hasStatus: version.subresources?.status !== undefined,
      schema: version.schema?.openAPIV3Schema ?? {},
      custom: true,
      columns: columnsOf(version),
      unconditionalUpdate: false,
      generations: true,
      ...servedWithDefaults(version.schema?.openAPIV3Schema),
    })
  );
}

/** Old objects are read with the defaults of today's schema. */
function servedWithDefaults(schema: Structural | undefined): Pick<Resource, "toServed"> {
  if (schema === undefined || !hasDefaults(schema)) return {};
  const known = new WeakMap<KubeObject, KubeObject>();
  return {
    toServed(stored) {
      let served = known.get(stored);
      if (served === undefined) {
        served = structuredClone(stored);
        applyDefaults(served, schema);
        known.set(stored, served);
      }
      return served;
    },
  };
}

function columnsOf({ additionalPrinterColumns }: Version): Column[] {
  if (additionalPrinterColumns === undefined) return [NAME, AGE];
  return [NAME, ...additionalPrinterColumns.map(columnOf)];
}

function columnOf({ jsonPath: path, name, type, ...rest }: PrinterColumn): Column {
  const read = jsonPath(path);
  return {
    name,
    type,
    priority: 0,
    ...rest,
    cell(object, now) {
      const values = read(object);
      if (values.length === 0) return null;
      return cellOf(type, values, now);
    },
  };
}

function cellOf(type: string, values: readonly unknown[], now: number): unknown {
  const [value] = values;
  if (type === "date") return age(value, now);
  if (type === "integer") return typeof value === "number" ? Math.trunc(value) : null;
  if (type === "number") return typeof value === "number" ? value : null;
  if (type === "boolean") return typeof value === "boolean" ? value : null;
  return values.map((each) => typeof each === "object" ? JSON.stringify(each) : String(each)).join(" ");
}

/** What the server says about a definition that it has taken. */
export function establishedStatus(definition: KubeObject, time: string): JsonObject {
  const names = at(definition, "spec", "names");
  const versions = at(definition, "spec", "versions") as readonly Version[];
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    lastTransitionTime: time,
    reason,
    message,
  });
  return {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: names,
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
}
