import assert from "node:assert/strict";
import type { Infer, Schema } from "../../../lib/crd/schema.ts";

/** True where the two types are the same, not merely assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Flattens intersections, so that `Same` compares shapes. */
type Flat<T> = T extends (...args: never) => unknown ? T : T extends object ? { [K in keyof T]: Flat<T[K]> } : T;

/** A compile error where the types differ. */
function same<A, B>(isSame: Same<Flat<A>, Flat<B>>): void {
  assert.equal(isSame, true);
}

const scalars = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string" },
    count: { type: "integer" },
    on: { type: "boolean" },
    level: { type: "string", enum: ["low", "high"] },
    port: { type: "integer", default: 80 },
    mode: { type: "string", enum: ["a", "b"], default: "a" },
  },
} as const satisfies Schema;

Deno.test("Infer gives required and defaulted fields as present, the rest as optional", () => {
  same<Infer<typeof scalars>, {
    readonly name: string;
    readonly port: number;
    readonly mode: "a" | "b";
    readonly count?: number;
    readonly on?: boolean;
    readonly level?: "low" | "high";
  }>(true);
});

const nested = {
  type: "object",
  properties: {
    parent: { type: "object", properties: { child: { type: "boolean", default: true } } },
    list: { type: "array", items: { type: "object", required: ["id"], properties: { id: { type: "string" } } } },
    map: { type: "object", additionalProperties: { type: "string" } },
    any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    oneOrMore: { "x-kubernetes-preserve-unknown-fields": true, maxProperties: 0 },
    anything: { "x-kubernetes-preserve-unknown-fields": true },
  },
} as const satisfies Schema;

Deno.test("Infer keeps an optional parent optional, although its children have defaults", () => {
  same<Infer<typeof nested>["parent"], { readonly child: boolean } | undefined>(true);
});

Deno.test("Infer gives lists, maps and unknown JSON", () => {
  type Nested = Infer<typeof nested>;
  same<Nested["list"], readonly { readonly id: string }[] | undefined>(true);
  same<Nested["map"], { readonly [key: string]: string } | undefined>(true);
  same<Nested["any"], Readonly<Record<string, unknown>> | undefined>(true);
  same<Nested["oneOrMore"], string | readonly string[] | undefined>(true);
  same<Nested["anything"], unknown>(true);
});

Deno.test("Infer lets nobody write to an object", () => {
  const value: Infer<typeof scalars> = { name: "a", port: 80, mode: "a" };
  // @ts-expect-error fields are read-only
  value.name = "b";
  // @ts-expect-error a required field is missing
  const missing: Infer<typeof scalars> = { port: 80, mode: "a" };
  // @ts-expect-error a field with a default is always there
  const undefaulted: Infer<typeof scalars> = { name: "a", mode: "a" };
  // @ts-expect-error not a word of the enum
  const word: Infer<typeof scalars> = { name: "a", port: 80, mode: "c" };
  // @ts-expect-error not a field of the schema
  const unknown: Infer<typeof scalars> = { name: "a", port: 80, mode: "a", extra: 1 };
  assert.equal([value, missing, undefaulted, word, unknown].length, 5);
});

/** What a CRD does not accept is no `Schema`: each line is a compile error, or this file does not compile. */
Deno.test("Schema refuses what a CRD does not accept", () => {
  const refused = [
    // @ts-expect-error a misspelt keyword
    { type: "string", patern: "^a$" } as const satisfies Schema,
    // @ts-expect-error an unknown type
    { type: "float" } as const satisfies Schema,
    // @ts-expect-error no null
    { type: "null" } as const satisfies Schema,
    // @ts-expect-error no list of types
    { type: ["string", "null"] } as const satisfies Schema,
    // @ts-expect-error no reference
    { $ref: "#/definitions/a" } as const satisfies Schema,
    // @ts-expect-error no const
    { type: "string", const: "a" } as const satisfies Schema,
    // @ts-expect-error no alternatives
    { type: "string", oneOf: [{ pattern: "a" }] } as const satisfies Schema,
    // @ts-expect-error no pattern of names
    { type: "object", patternProperties: { "^a$": { type: "string" } } } as const satisfies Schema,
    // @ts-expect-error properties exclude additionalProperties
    { type: "object", properties: {}, additionalProperties: { type: "string" } } as const satisfies Schema,
    // @ts-expect-error additionalProperties is a schema
    { type: "object", additionalProperties: false } as const satisfies Schema,
    // @ts-expect-error no uniqueness but by x-kubernetes-list-type
    { type: "array", items: { type: "string" }, uniqueItems: true } as const satisfies Schema,
    // @ts-expect-error a list has items
    { type: "array" } as const satisfies Schema,
    // @ts-expect-error an object has fields
    { type: "object" } as const satisfies Schema,
    // @ts-expect-error an unknown kind of list
    { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "bag" } as const satisfies Schema,
    // @ts-expect-error a default of another type
    { type: "integer", default: "80" } as const satisfies Schema,
    // @ts-expect-error a keyword of another type
    { type: "boolean", pattern: "a" } as const satisfies Schema,
    // @ts-expect-error a rule has a message
    { type: "string", "x-kubernetes-validations": [{ rule: "true" }] } as const satisfies Schema,
    // @ts-expect-error nullable is avoided
    { type: "string", nullable: true } as const satisfies Schema,
  ];
  assert.equal(refused.length, 18);
});
