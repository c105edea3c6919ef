import fc from "fast-check";
import type { Schema } from "../../../lib/crd/schema.ts";
import type { Loose } from "../../scenarios/admin.ts";

/** What a schema cannot say of some fields, by their path (`policy.statement[].action`): an arbitrary in their place. */
export type Frame = Readonly<Record<string, (own: fc.Arbitrary<Loose>) => fc.Arbitrary<Loose>>>;

/** Text as people write it, and as they do not: empty, long, in other scripts. */
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "logs/", "team-1", "x y") },
  { weight: 1, arbitrary: fc.constantFrom("", "žluťoučký", "ключ", "🪣", "a".repeat(200), '<&">', "null", "0") },
);

/** Values that a schema accepts, its limits among them; rules across fields are left to the API server. */
export function valuesOf(schema: Schema, frame: Frame = {}, path = ""): fc.Arbitrary<Loose> {
  const own = plainValuesOf(schema, frame, path);
  return frame[path]?.(own) ?? own;
}

// A schema as data: its type tells its forms apart for the compiler alone.
function plainValuesOf(schema: Loose, frame: Frame, path: string): fc.Arbitrary<Loose> {
  switch (schema.type) {
    case "string":
      return textsOf(schema);
    case "integer":
      return numbersOf(schema);
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.uniqueArray(valuesOf(schema.items, frame, `${path}[]`), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
        selector: (item) => JSON.stringify(keyed(schema["x-kubernetes-list-map-keys"], item)),
      });
    case "object":
      if (schema.properties) return recordsOf(schema, frame, path);
      return fc.dictionary(words, schema.additionalProperties ? valuesOf(schema.additionalProperties) : words, {
        minKeys: schema.minProperties ?? 0,
        maxKeys: 3,
        noNullPrototype: true,
      });
    default:
      return fc.oneof(fc.constant("a"), fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 2 }));
  }
}

function recordsOf({ properties, required = [] }: Loose, frame: Frame, path: string): fc.Arbitrary<Loose> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, each]) => [name, valuesOf(each as Schema, frame, joined(path, name))]),
  );
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

function textsOf({ enum: values, pattern, format, minLength = 0, maxLength = 1_000 }: Loose): fc.Arbitrary<string> {
  if (values) return fc.constantFrom(...values);
  if (pattern) return fc.stringMatching(new RegExp(pattern)).filter((text) => text.length <= maxLength);
  if (format === "uri") return fc.constantFrom("https://s3.test", "https://gone.test");
  if (format === "date-time") return fc.constant("2030-01-01T00:00:00Z");
  const limits = fc.constantFrom("b".repeat(Math.min(maxLength, 300)), "c".repeat(minLength));
  const fitting = words.map((text) => [...text].slice(0, maxLength).join("").padEnd(minLength, "d"));
  return fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: limits });
}

function numbersOf({ minimum = -1_000, maximum = 1_000_000 }: Loose): fc.Arbitrary<number> {
  const small = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 30) });
  return fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) });
}

function keyed(keys: readonly string[] | undefined, item: Loose): Loose {
  return keys ? keys.map((key) => item[key]) : item;
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** One change of a spec, as a merge patch has it: a field that gets a value, or with `null` goes. */
export function editsOf(schema: Schema, frame: Frame): fc.Arbitrary<Loose> {
  const edits = placesOf(schema, "").map(({ path, schema: each }) => {
    const value = fc.oneof({ weight: 3, arbitrary: valuesOf(each, frame, path) }, {
      weight: 1,
      arbitrary: fc.constant(null),
    });
    return value.map((given) => at(path, given));
  });
  return fc.oneof(...edits);
}

/** A change that the API server must refuse, as a field of the wrong type, out of its limits, or not there. */
export function refusedEditsOf(schema: Schema): fc.Arbitrary<Loose> {
  return fc.constantFrom(
    ...placesOf(schema, "").flatMap(({ path, schema: each, isRequired }) =>
      [...wrongValuesOf(each), ...(isRequired ? [null] : [])].map((wrong) => at(path, wrong))
    ),
  );
}

function wrongValuesOf(schema: Loose): Loose[] {
  const { type, enum: values, minimum, maximum, maxLength, minLength } = schema;
  if (type === undefined) return [];
  return [
    type === "string" ? 1 : "wrong",
    ...(values ? ["none of them"] : []),
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(maxLength === undefined ? [] : ["x".repeat(maxLength + 1)]),
    ...(minLength ? [""] : []),
  ];
}

/** Every field outside of lists, with its path. A field within another that is absent comes to be alone in it. */
function placesOf(schema: Loose, path: string): { path: string; schema: Schema; isRequired: boolean }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const place = {
      path: joined(path, name),
      schema: each as Schema,
      isRequired: path === "" && schema.required?.includes(name) && !("default" in (each as object)),
    };
    return [place, ...placesOf(each, place.path)];
  });
}

function at(path: string, value: Loose): Loose {
  return path.split(".").reduceRight((inner, name) => ({ [name]: inner }), value);
}
