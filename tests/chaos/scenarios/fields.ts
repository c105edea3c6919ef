import { type KindName, kinds } from "../../../handlers/kinds.ts";
import type { Schema } from "../../../lib/crd/schema.ts";
import { equal } from "../../../lib/equal.ts";
import type { Loose } from "../../scenarios/admin.ts";
import type { ChaosScenario } from "../scenario.ts";

/** Fields that nobody can change, or to nothing else. */
const FIXED: Readonly<Record<KindName, readonly string[]>> = {
  Provider: ["type"],
  Bucket: ["providerRef", "name", "autoManage.userName"],
  BucketPolicy: ["bucketRef"],
  User: ["providerRef", "name"],
  IAMPolicy: ["providerRef"],
  AccessKey: ["providerRef"],
};

/** Every field of every kind's spec that can be changed, such as `Bucket.versioning.enabled`; a list or a map is one. */
export function changeableFields(): string[] {
  return (Object.keys(kinds) as KindName[]).flatMap((kind) =>
    leaves(kinds[kind].spec).filter((path) => !FIXED[kind].some((fixed) => isWithin(path, fixed)))
      .map((path) => `${kind}.${path}`)
  );
}

/** The fields that a scenario changes to another value than they had. */
export function changedFields({ given = [], changes }: ChaosScenario): string[] {
  if (changes === undefined) return [];
  const { kind, metadata: { name } } = changes.of;
  const before = given.find((each) => each.kind === kind && each.metadata.name === name)?.spec;
  return leaves(kinds[kind as KindName].spec)
    .filter((path) => {
      const is = at(changes.spec, path);
      return is !== undefined && !equal(is, at(before, path));
    })
    .map((path) => `${kind}.${path}`);
}

function leaves(schema: Schema, path = ""): string[] {
  if (!("properties" in schema)) return [path];
  return Object.entries(schema.properties)
    .flatMap(([name, each]) => leaves(each, path === "" ? name : `${path}.${name}`));
}

/** `null` where a parent is taken away. */
function at(spec: Loose, path: string): unknown {
  return path.split(".").reduce((value, name) => value === null ? null : value?.[name], spec);
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`);
}
