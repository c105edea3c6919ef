import { keyAt, type KeyView, statusPatch } from "./record.ts";
import { overlapMs } from "./schedule.ts";
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
  return retirement(input, view, due);
}

/** When the key may go, milliseconds since the epoch; at once when the object has moved to another user. */
export function retirementDue(input: KeyInput, view: KeyView, key: RecordedKey): number {
  if (view.current && key.userName !== view.current.userName) return 0;
  return Date.parse(key.retiredAt ?? "") + overlapMs(input.rotate);
}

/** Deactivate, delete, forget: in this order, so that the record outlives the key. */
export function retirement(input: KeyInput, view: KeyView, due: readonly RecordedKey[]): KeyDecision {
  const gone = [...new Set([...due, ...view.gone])];
  const actions = gone.flatMap((key): KeyAction[] => {
    const { id, userName, secretName } = key;
    const listed = input.recordedElsewhere.includes(id) ? undefined : keyAt(input, key);
    return [
      ...(listed?.active ? [{ do: "deactivate", userName, id } as const] : []),
      ...(listed
        ? [{ do: "revoke", userName, id, reason: "its successor is in use and the overlap is over" } as const]
        : []),
      ...(secretName ? [{ do: "removeSecret", name: secretName, reason: "its key is revoked" } as const] : []),
    ];
  });
  const previous = view.previous.filter((key) => !gone.includes(key));
  return { actions, status: statusPatch(input, view, { previous }), again: true };
}
