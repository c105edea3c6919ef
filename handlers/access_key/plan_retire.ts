import { keyAt, type KeyView, statusPatch } from "./record.ts";
import { hasRest, leavesAt, retirementDue } from "./schedule.ts";
import type { KeyAction, KeyDecision, KeyInput, RecordedKey } from "./state.ts";

/** How soon to try again to prove the key that must be known to work before its predecessors go, milliseconds. */
const PROOF_AGAIN_MS = 10_000;

/** Revokes retired keys whose overlap is over; only ever once the key in the main Secret is proven. */
export function dueRetirements(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { current } = view;
  const due = view.previous.filter((key) => retirementDue(input, view, key) <= input.now && keyAt(input, key));
  if (due.length === 0 && view.gone.length === 0) return undefined;
  const isProven = current !== undefined && [input.proven, input.status.provenKeyId].includes(current.id);
  if (due.length > 0 && !isProven) {
    return { actions: [], status: statusPatch(input, view), nextAt: input.now + PROOF_AGAIN_MS };
  }
  const resting = due.filter((key) => !key.deactivatedAt && hasRest(input, view, key) && !isElsewhere(input, key));
  if (resting.length > 0) return deactivation(input, view, resting);
  const over = due.filter((key) => leavesAt(input, view, key) <= input.now);
  return over.length > 0 || view.gone.length > 0 ? retirement(input, view, over) : undefined;
}

/** The key goes on existing for a while: a person who misses it can switch it on, and put its pair back. */
function deactivation(input: KeyInput, view: KeyView, resting: readonly RecordedKey[]): KeyDecision {
  const deactivatedAt = new Date(input.now).toISOString();
  return {
    actions: resting.filter((key) => keyAt(input, key)?.active)
      .map(({ userName, id }) => ({ do: "deactivate", userName, id }) as const),
    status: statusPatch(input, view, {
      previous: view.previous.map((key) => resting.includes(key) ? { ...key, deactivatedAt } : key),
    }),
    again: true,
  };
}

/** Deactivate, delete, forget: in this order, so that the record outlives the key. */
export function retirement(input: KeyInput, view: KeyView, due: readonly RecordedKey[]): KeyDecision {
  const gone = [...new Set([...due, ...view.gone])];
  const actions = gone.flatMap((key): KeyAction[] => {
    const { id, userName, secretName } = key;
    const listed = isElsewhere(input, key) ? undefined : keyAt(input, key);
    return [
      ...(listed?.active && !input.cannotDeactivate ? [{ do: "deactivate", userName, id } as const] : []),
      ...(listed
        ? [{ do: "revoke", userName, id, reason: "its successor is in use and the overlap is over" } as const]
        : []),
      ...(secretName ? [{ do: "removeSecret", name: secretName, reason: "its key is revoked" } as const] : []),
    ];
  });
  const previous = view.previous.filter((key) => !gone.includes(key));
  return { actions, status: statusPatch(input, view, { previous }), again: true };
}

function isElsewhere({ recordedElsewhere }: KeyInput, { id }: RecordedKey): boolean {
  return recordedElsewhere.includes(id);
}
