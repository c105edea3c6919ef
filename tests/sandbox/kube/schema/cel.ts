import { Environment } from "@marcbachmann/cel-js";
import { equal } from "../../../../lib/equal.ts";
import { type FieldError, forbidden, invalid, OMITTED, required } from "../field_errors.ts";
import { isObject } from "../object.ts";
import { childPath, correlatedItem, schemaOf, type Structural, type ValidationRule } from "./structural.ts";

type Program = (context: Record<string, unknown>) => unknown;

interface CompiledRule extends ValidationRule {
  readonly program: Program;
  readonly usesOldSelf: boolean;
}

const base = () => new Environment({ enableOptionalTypes: true }).registerVariable("self", "dyn");
const environment = base().registerVariable("oldSelf", "dyn");
const optionalEnvironment = base().registerVariable("oldSelf", "optional<dyn>").registerVariable("oldSelfValue", "dyn");
const optionalOf = environment.parse("optional.of(self)") as Program;
const none = environment.parse("optional.none()") as Program;

const compiled = new WeakMap<Structural, readonly CompiledRule[]>();
const anywhere = new WeakMap<Structural, boolean>();

/** @throws Error with the parser's words when a rule is not CEL */
export function compileRules(schema: Structural): readonly CompiledRule[] {
  let rules = compiled.get(schema);
  if (rules === undefined) {
    rules = (schema["x-kubernetes-validations"] ?? []).map((rule) => ({
      ...rule,
      program: programOf(rule),
      usesOldSelf: /\boldSelf\b/.test(rule.rule),
    }));
    compiled.set(schema, rules);
  }
  return rules;
}

/** The library's `has()` wants a variable at the root, so that `oldSelf.value()` becomes one. */
function programOf({ rule, optionalOldSelf }: ValidationRule): Program {
  const parsed = optionalOldSelf
    ? optionalEnvironment.parse(rule.replaceAll(/\boldSelf\.value\(\)/g, "oldSelfValue"))
    : environment.parse(rule);
  const { valid, error } = parsed.check();
  if (!valid) throw error ?? new Error(`Not a rule: ${rule}`);
  return parsed as Program;
}

/** Whether the schema or a part of it has rules. */
export function hasRules(schema: Structural | undefined): boolean {
  if (schema === undefined) return false;
  let found = anywhere.get(schema);
  if (found === undefined) {
    const { items, properties = {}, additionalProperties } = schema;
    const member = typeof additionalProperties === "object" ? additionalProperties : undefined;
    found = compileRules(schema).length > 0 || hasRules(items) || hasRules(member) ||
      Object.values(properties).some(hasRules);
    anywhere.set(schema, found);
  }
  return found;
}

/** Runs the rules of a value and of its members; `old` is `undefined` where there is nothing to compare with. */
export function checkRules(
  value: unknown,
  { schema, path, old }: { readonly schema: Structural; readonly path: string; readonly old: unknown },
): FieldError[] {
  if (value === null || value === undefined || !hasRules(schema)) return [];
  const errors = ownErrors(value, { schema, path, old });
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return errors;
    value.forEach((item, index) => {
      errors.push(
        ...checkRules(item, { schema: items, path: `${path}[${index}]`, old: correlatedItem(schema, item, old) }),
      );
    });
  } else if (isObject(value)) {
    for (const field of Object.keys(value)) {
      const child = schemaOf(schema, field);
      if (child === undefined) continue;
      const before = isObject(old) ? old[field] : undefined;
      errors.push(...checkRules(value[field], { schema: child, path: childPath(path, field), old: before }));
    }
  }
  return errors;
}

function ownErrors(
  value: unknown,
  { schema, path, old }: { schema: Structural; path: string; old: unknown },
): FieldError[] {
  const rules = compileRules(schema);
  if (rules.length === 0) return [];
  const hasOld = old !== undefined && old !== null;
  const self = toCel(value);
  const oldSelf = hasOld ? toCel(old) : undefined;
  const errors: FieldError[] = [];
  for (const rule of rules) {
    // A transition rule has nothing to say where there was nothing, unless it asks to.
    if (rule.usesOldSelf && !hasOld && rule.optionalOldSelf !== true) continue;
    const context = rule.optionalOldSelf
      ? { self, oldSelf: hasOld ? optionalOf({ self: oldSelf }) : none({}), oldSelfValue: oldSelf ?? null }
      : { self, oldSelf: oldSelf ?? null };
    const error = run(rule, context, { value, schema, path });
    const ratcheted = !rule.usesOldSelf && hasOld && equal(value, old);
    if (error !== undefined && !ratcheted) errors.push(error);
  }
  return errors;
}

function run(
  rule: CompiledRule,
  context: Record<string, unknown>,
  { value, schema, path }: { value: unknown; schema: Structural; path: string },
): FieldError | undefined {
  const shown = schema.type === "object" || schema.type === "array" ? OMITTED : value;
  try {
    if (rule.program(context) === true) return undefined;
  } catch (error) {
    return invalid(path, schema.type, `${(error as Error).message} evaluating rule: ${rule.message ?? rule.rule}`);
  }
  const at = rule.fieldPath === undefined ? path : `${path}${rule.fieldPath}`.replace(/^\./, "");
  const message = rule.message ?? `failed rule: ${rule.rule}`;
  if (rule.reason === "FieldValueForbidden") return forbidden(at, message);
  if (rule.reason === "FieldValueRequired") return required(at, message);
  return invalid(at, shown, message);
}

/** CEL's int is a bigint to the library; a JSON number with no fraction is one. */
function toCel(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = toCel(value[key]);
  return copy;
}
