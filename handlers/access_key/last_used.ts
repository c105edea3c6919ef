import { isAwsError, isNotFound, isNotImplemented } from "../../lib/aws/errors.ts";
import { lastUseOf } from "./iam.ts";
import { mask } from "./plan_intent.ts";
import { keyAt, recover } from "./record.ts";
import { retirementDue, retirementTimes } from "./schedule.ts";
import type { KeyScope } from "./scope.ts";
import type { KeyInput, RecordedKey } from "./state.ts";

/**
 * Asks IAM when the old keys were used last whose overlap is over; nothing is asked unless `rotate.keepWhileUsedDays`
 * says so. Where IAM does not tell, they go as if it had not been set.
 */
export async function lastUses(
  scope: KeyScope,
  input: KeyInput,
  signal: AbortSignal,
): Promise<NonNullable<KeyInput["lastUsed"]>> {
  if (!input.rotate.keepWhileUsedDays || scope.connection.unsupported("GetAccessKeyLastUsed")) return {};
  const view = recover(input);
  const uses: Record<string, number> = {};
  for (const key of view.previous) {
    const { over, atMost } = retirementTimes(input, view, key);
    if (input.now < over || input.now >= atMost || !keyAt(input, key)?.active) continue;
    const at = await ask(scope, key, signal);
    if (at === undefined) continue;
    uses[key.id] = at;
    const isUsed = retirementDue({ ...input, lastUsed: uses }, view, key) > input.now;
    if (!isUsed || input.status.rotation?.phase === "StillUsed") continue;
    const note = `Access key ${mask(key.id)} is still in use: it is kept until that ends, at most until ` +
      new Date(atMost).toISOString();
    scope.deps.events.emit(scope.object, { type: "Warning", reason: "PreviousKeyStillUsed", note });
  }
  return uses;
}

async function ask(scope: KeyScope, { id }: RecordedKey, signal: AbortSignal): Promise<number | undefined> {
  try {
    return await lastUseOf(scope.iam, id, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!isNotImplemented(error) && !isAwsError(error, "denied")) throw error;
    const note = `IAM does not tell whether access key ${mask(id)} is in use: rotate.keepWhileUsedDays has no effect`;
    scope.deps.events.emit(scope.object, { type: "Warning", reason: "KeyUseUnknown", note });
    return undefined;
  }
}
