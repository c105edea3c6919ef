import type { Loose } from "../../scenarios/admin.ts";
import { type Scene, targetOf } from "./scene.ts";

/** The lists of a rule that an object needs a name in. */
const needs: Readonly<Record<string, (object: Loose) => readonly (readonly [list: string, name: string])[]>> = {
  User: ({ spec }) => [["userNames", spec.name]],
  IAMPolicy: ({ metadata }) => [["policyNames", metadata.name]],
  Bucket: ({ spec: { name, userRef, autoManage } }) => [
    ["bucketNames", name],
    ...(userRef || autoManage?.enabled === false ? [] : [["userNames", autoManage?.userName ?? name] as const]),
  ],
};

/** Do the rules of the object's Provider keep a name from it? In words of their own: by regular expressions. */
export function lacksName(object: Loose, scene: Scene): boolean {
  const rules: Loose[] | undefined = targetOf(object, "providerRef", "Provider", scene)?.spec.namespaceRules;
  const { namespace } = object.metadata;
  if (rules === undefined) return false;
  const matches = (pattern: string, text: string) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("{namespace}", namespace)}$`)
      .test(text);
  const mine = rules.filter(({ namespaces }) => namespaces.some((each: string) => matches(each, namespace)));
  return (needs[object.kind]?.(object) ?? []).some(([list, name]) =>
    !mine.some((rule) => (rule[list] ?? []).some((each: string) => matches(each, name)))
  );
}
