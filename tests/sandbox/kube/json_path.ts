import { isObject } from "./object.ts";

type Step = (values: readonly unknown[]) => unknown[];

/**
 * The part of kubectl's JSONPath that printer columns use: `.a.b`, `['a']`, `[0]`, `[*]` and `[?(@.a=="b")]`.
 * @throws SyntaxError
 */
export function jsonPath(source: string): (object: unknown) => unknown[] {
  const steps: Step[] = [];
  let rest = source.replace(/^\{(.*)\}$/, "$1").replace(/^\$/, "");
  while (rest !== "") {
    const [matched, step] = nextStep(rest, source);
    steps.push(step);
    rest = rest.slice(matched.length);
  }
  return (object) => steps.reduce<unknown[]>((values, step) => step(values), [object]);
}

function nextStep(rest: string, source: string): [string, Step] {
  const name = /^\.((?:[^.[\]\\]|\\.)+)/.exec(rest) ?? /^\[["']([^"']+)["']\]/.exec(rest);
  if (name !== null) {
    const field = (name[1] as string).replaceAll(/\\(.)/g, "$1");
    return [name[0], (values) => values.flatMap((value) => present(isObject(value) ? value[field] : undefined))];
  }
  const index = /^\[(-?\d+)\]/.exec(rest);
  if (index !== null) {
    const position = Number(index[1]);
    return [index[0], (values) => values.flatMap((value) => present(Array.isArray(value) ? value.at(position) : null))];
  }
  const all = /^\[\*\]/.exec(rest);
  if (all !== null) {
    return [all[0], (values) => values.flatMap((value) => isObject(value) ? Object.values(value) : value ?? [])];
  }
  const filter = /^\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*(["'])(.*?)\3\s*\)\]/.exec(rest);
  if (filter !== null) {
    const read = jsonPath(filter[1] as string);
    const matches = (item: unknown) => (read(item)[0] === filter[4]) === (filter[2] === "==");
    return [filter[0], (values) => values.flatMap((value) => Array.isArray(value) ? value.filter(matches) : [])];
  }
  throw new SyntaxError(`Unknown JSONPath "${source}" at "${rest}"`);
}

function present(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : [value];
}
