import type { Structural } from "../schema/structural.ts";

export const string: Structural = { type: "string" };
export const integer: Structural = { type: "integer" };
export const boolean: Structural = { type: "boolean" };
/** A Time: seconds count. */
export const time: Structural = { type: "string", format: "date-time" };
/** A MicroTime: exactly six digits of a second, or the server does not read it. */
export const microTime: Structural = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d)$",
};
export const any: Structural = { "x-kubernetes-preserve-unknown-fields": true };

export function object(properties: Readonly<Record<string, Structural>>): Structural {
  return { type: "object", properties };
}

export function list(items: Structural): Structural {
  return { type: "array", items };
}

export function map(additionalProperties: Structural): Structural {
  return { type: "object", additionalProperties };
}
