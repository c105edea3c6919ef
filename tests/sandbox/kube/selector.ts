import { badRequest } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import type { Resource } from "./resource.ts";

/** Whether a stored object is asked for. */
export type Selector = (stored: KubeObject) => boolean;

/** Both selectors of a list or a watch; `undefined` where all objects are asked for. */
export function selectorOf(query: URLSearchParams, resource: Resource): Selector | undefined {
  const tests = [
    ...labelTests(query.get("labelSelector") ?? ""),
    ...fieldTests(query.get("fieldSelector") ?? "", resource),
  ];
  return tests.length === 0 ? undefined : (stored) => tests.every((test) => test(stored));
}

const SET = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALITY = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const EXISTENCE = /^(!?)\s*([^\s!=,()]+)$/;

function labelTests(text: string): Selector[] {
  if (text.trim() === "") return [];
  // A comma between requirements, not one between the values of a set.
  return text.split(/,(?![^(]*\))/).map((part) => labelTest(part.trim(), text));
}

function labelTest(part: string, whole: string): Selector {
  const set = SET.exec(part);
  if (set !== null) {
    const [, key = "", operator, values = ""] = set;
    const wanted = values.split(",").map((value) => value.trim());
    return (stored) => {
      const value = stored.metadata.labels?.[key];
      return operator === "in" ? value !== undefined && wanted.includes(value) : !wanted.includes(value as string);
    };
  }
  const equality = EQUALITY.exec(part);
  if (equality !== null) {
    const [, key = "", operator, value] = equality;
    return (stored) => (stored.metadata.labels?.[key] === value) === (operator !== "!=");
  }
  const existence = EXISTENCE.exec(part);
  if (existence === null) throw badRequest(`unable to parse requirement: ${whole}`);
  const [, not, key = ""] = existence;
  return (stored) => (stored.metadata.labels?.[key] !== undefined) === (not === "");
}

function fieldTests(text: string, resource: Resource): Selector[] {
  if (text.trim() === "") return [];
  return text.split(",").map((part) => {
    const [, field = "", operator, value = ""] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    if (operator === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const read = fieldOf(field, resource);
    return (stored) => (String(read(stored) ?? "") === value) === (operator !== "!=");
  });
}

function fieldOf(field: string, resource: Resource): (stored: KubeObject) => unknown {
  if (field === "metadata.name") return ({ metadata }) => metadata.name;
  if (field === "metadata.namespace" && resource.namespaced) return ({ metadata }) => metadata.namespace;
  const read = resource.fields[field];
  if (read === undefined) throw badRequest(`field label not supported: ${field}`);
  return read;
}
