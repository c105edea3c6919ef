import { equal } from "../equal.ts";
import type { PolicyDocument } from "./policy.ts";

/**
 * Do two documents say the same? Services echo a policy with lists for scalars, another order, other spellings of a
 * principal; none of that is drift.
 */
export function samePolicy(a: PolicyDocument | undefined, b: PolicyDocument | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return equal(canonical(a), canonical(b));
}

/** A document in canonical form. */
export interface CanonicalPolicy {
  readonly Version: string;
  readonly Statement: readonly unknown[];
}

/** The one form of all documents that say the same. Statements are a set: their order has no meaning to IAM. */
export function canonical({ Version, Statement }: PolicyDocument): CanonicalPolicy {
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement ?? []].flat();
  return { Version: Version ?? "2008-10-17", Statement: bySpelling(statements.map(canonicalStatement)) };
}

/** What is no statement at all, which only a strange service could show, stays as it is. */
function canonicalStatement(statement: unknown): unknown {
  if (typeof statement !== "object" || statement === null) return statement;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(statement)) {
    if (value === undefined || value === null || (key === "Sid" && value === "")) continue;
    if (key.endsWith("Principal")) result[key] = canonicalPrincipal(value);
    else if (key === "Condition") result[key] = canonicalCondition(value);
    else if (key.endsWith("Action")) result[key] = set(value, (each) => each.toLowerCase());
    else if (key.endsWith("Resource")) result[key] = set(value);
    else result[key] = value;
  }
  if (equal(result["Condition"], {})) delete result["Condition"];
  return result;
}

/** `"*"` and `{"AWS": "*"}` are the same for S3, and an account's id is its root's ARN. */
function canonicalPrincipal(principal: unknown): unknown {
  if (typeof principal === "string") return { AWS: set(principal, accountOf) };
  if (typeof principal !== "object" || principal === null) return principal;
  const entries = Object.entries(principal).map((
    [type, value],
  ) => [type, set(value, type === "AWS" ? accountOf : undefined)]);
  return Object.fromEntries(entries);
}

function accountOf(principal: string): string {
  return /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

function canonicalCondition(condition: unknown): unknown {
  if (typeof condition !== "object" || condition === null) return condition;
  return Object.fromEntries(
    Object.entries(condition).map(([operator, keys]) => [
      operator,
      typeof keys === "object" && keys !== null
        ? Object.fromEntries(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), set(value)]))
        : keys,
    ]),
  );
}

/**
 * A scalar or a list as a sorted list without repeats; numbers and booleans as the strings that they are compared as.
 */
function set(value: unknown, normalise: (text: string) => string = (text) => text): unknown {
  const list = (Array.isArray(value) ? value : [value]).map((each) =>
    normalise(typeof each === "object" ? spelling(each) : String(each))
  );
  return [...new Set(list)].sort();
}

function bySpelling(values: readonly unknown[]): unknown[] {
  const spelled = new Map(values.map((value) => [spelling(value), value]));
  return [...spelled].sort(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value);
}

function spelling(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, member) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1))
        : member,
  );
}
