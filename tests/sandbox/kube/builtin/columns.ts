import type { KubeObject } from "../object.ts";
import type { Column } from "../resource.ts";

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

export const NAME: Column = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name must be unique within a namespace.",
  cell: ({ metadata }) => metadata.name,
};

export const AGE: Column = column("Age", ({ metadata }, now) => age(metadata.creationTimestamp, now));

/** A column of strings. */
export function column(name: string, cell: Column["cell"], priority = 0): Column {
  return { name, type: "string", priority, cell };
}

/** How long ago it was, as kubectl shows it. */
export function age(time: unknown, now: number): string {
  const ms = now - Date.parse(String(time));
  if (Number.isNaN(ms)) return "<unknown>";
  if (ms < 0) return "0s";
  if (ms < 2 * M) return `${Math.floor(ms / S)}s`;
  if (ms < 10 * M) return withRest(ms, [M, "m"], [S, "s"]);
  if (ms < 3 * H) return `${Math.floor(ms / M)}m`;
  if (ms < 8 * H) return withRest(ms, [H, "h"], [M, "m"]);
  if (ms < 2 * D) return `${Math.floor(ms / H)}h`;
  if (ms < 8 * D) return withRest(ms, [D, "d"], [H, "h"]);
  return `${Math.floor(ms / D)}d`;
}

function withRest(ms: number, [unit, letter]: [number, string], [small, smallLetter]: [number, string]): string {
  const rest = Math.floor((ms % unit) / small);
  return `${Math.floor(ms / unit)}${letter}${rest === 0 ? "" : `${rest}${smallLetter}`}`;
}

/** How many members a field of the object has. */
export function sizeOf(object: KubeObject, field: string): number {
  return Object.keys((object[field] ?? {}) as object).length;
}
