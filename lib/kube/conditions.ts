import type { Condition } from "./object.ts";

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What a caller says of a condition; generation and time are stamped here. */
export type ConditionUpdate = Pick<Condition, "type" | "status" | "reason" | "message">;

/** kstatus types and negative types are present only while True; `null` takes a condition away. */
export type ConditionChange = ConditionUpdate | { readonly type: string; readonly remove: true };

/**
 * Applies changes to a list of conditions, in place of those of the same type.
 * `lastTransitionTime` moves only when the status flips (API conventions, "Typical status properties").
 * @param now RFC 3339
 */
export function setConditions(
  conditions: readonly Condition[] | undefined,
  changes: readonly ConditionChange[],
  { generation, now }: { readonly generation: number; readonly now: string },
): Condition[] {
  const byType = new Map((conditions ?? []).map((condition) => [condition.type, condition]));
  for (const change of changes) {
    if ("remove" in change) {
      byType.delete(change.type);
      continue;
    }
    // What others wrote may lack its time, or have one that typed clients cannot read.
    const was: Partial<Condition> | undefined = byType.get(change.type);
    const since = was?.status === change.status && RFC_3339.test(was.lastTransitionTime ?? "")
      ? was.lastTransitionTime
      : undefined;
    byType.set(change.type, {
      type: change.type,
      status: change.status,
      reason: change.reason,
      message: change.message,
      observedGeneration: generation,
      lastTransitionTime: since ?? now,
    });
  }
  return [...byType.values()];
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
