import { equal } from "../equal.ts";

/**
 * The merge patch that turns `current` into `wanted`, one level deep: fields that differ, whole; fields set to `null` or
 * `undefined` in `wanted` become explicit nulls where they are present. Fields that `wanted` does not name stay.
 * `undefined` when nothing differs, so that an object at rest costs no write.
 */
export function statusPatch(
  current: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted)) {
    const next = value ?? null;
    if (next === null ? current[field] !== undefined : !equal(current[field], next)) {
      patch[field] = merge(current[field], next);
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** A merge patch keeps members of an object that it does not name (RFC 7386): those that go need a null of their own. */
function merge(current: unknown, next: unknown): unknown {
  if (!isObject(current) || !isObject(next)) return next;
  const gone = Object.keys(current).filter((key) => !(key in next));
  return { ...next, ...Object.fromEntries(gone.map((key) => [key, null])) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
