import { equal } from "../equal.ts";

/**
 * The merge patch (RFC 7386) that turns the fields of `current` that `wanted` names into those of `wanted`; `null` and
 * `undefined` mean absent, at any depth. Fields that `wanted` does not name stay.
 * `undefined` when nothing differs, so that an object at rest costs no write.
 */
export function mergePatchOf(
  current: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted)) {
    const [was, next] = [prune(current[field]), prune(value)];
    if (!equal(was, next)) patch[field] = change(was, next);
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** A merge patch keeps members of an object that it does not name: those that go need a null of their own. */
function change(was: unknown, next: unknown): unknown {
  if (!isObject(was) || !isObject(next)) return next ?? null;
  const fields = [...new Set([...Object.keys(was), ...Object.keys(next)])];
  return Object.fromEntries(
    fields.filter((field) => !equal(was[field], next[field])).map((field) => [field, change(was[field], next[field])]),
  );
}

/** Drops members that are absent to a merge patch; a list is a value as a whole. */
function prune(value: unknown): unknown {
  if (!isObject(value)) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value).map(([field, member]) => [field, prune(member)]).filter(([, member]) => member !== undefined),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
