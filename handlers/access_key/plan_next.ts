import { credentialsName } from "../names.ts";
import { completed } from "./plan_intent.ts";
import { CLOCK_MARGIN_MS } from "./intent.ts";
import { isLive, keyAt, type KeyView, retiredNow, statusPatch } from "./record.ts";
import { dueRequest, isShortened, overlapMs, stamp } from "./schedule.ts";
import type { KeyAction, KeyDecision, KeyInput, RecordedKey } from "./state.ts";

/** How long a new key may take until the service knows it, milliseconds. */
const PROOF_MS = 60_000;

/** Brings a key that waits in the next Secret into the main one, once it is proven; or gives it up. */
export function planNext(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { next, current } = view;
  if (!next) return undefined;
  // Published already: a status that missed it must not take it for one to be given up.
  const isPublished = next.id === current?.id || view.previous.some(({ id }) => id === next.id);
  if (isPublished) return { ...removal(input, view, []), again: true };
  if (!view.nextStored || next.userName !== input.userName || !isLive(input, next)) return dropped(input, view, next);
  // Without a working key in the main Secret there is nothing to lose: that IAM lists the new one is proof enough.
  if ((!view.working && keyAt(input, next)) || input.proven === next.id) return published(input, view, next);
  const age = input.now - Date.parse(next.createdAt);
  if (age >= PROOF_MS || age < -CLOCK_MARGIN_MS) return dropped(input, view, next);
  // Doubling waits: a service that takes no key yet counts every try against the account (docs/wasabi.md).
  const nextAt = input.now + Math.min(PROOF_MS - age, Math.max(1_000, age));
  return { actions: [], status: statusPatch(input, view), nextAt };
}

function published(input: KeyInput, view: KeyView, next: RecordedKey): KeyDecision {
  const { current } = view;
  const keep = current !== undefined && view.working && current.userName === next.userName &&
    overlapMs(input.rotate) > 0;
  const secretName = keep ? previousName(input.name, next) : undefined;
  const request = dueRequest(input, current?.request ?? input.status.lastRotateRequest) ??
    current?.request ?? input.status.lastRotateRequest;
  const key = { ...next, ...(request !== undefined ? { request } : {}) };
  const ledger = [key, ...view.previous, ...retiredNow(input, view, secretName)];
  const preserve: readonly KeyAction[] = secretName !== undefined && current
    ? [{
      do: "preservePrevious",
      key: current,
      secretName,
      rotatedAt: new Date(input.now).toISOString(),
      overlapMs: overlapMs(input.rotate),
      ...(isShortened(input.rotate) ? { shortenedFrom: input.rotate.previousKeysRetentionDays } : {}),
    }]
    : [];
  // An earlier pass may have kept a pair that is not worth keeping any more.
  const unkept: readonly KeyAction[] = keep
    ? []
    : [{ do: "removeSecret", name: previousName(input.name, next), reason: "the old key is not kept" }];
  const actions: readonly KeyAction[] = [...preserve, ...unkept, { do: "publish", from: "next", key, ledger }];
  return { actions, status: {}, again: true };
}

/** Revokes a key that was never published, with all that was prepared for it. */
function dropped(input: KeyInput, view: KeyView, next: RecordedKey): KeyDecision {
  const reason = view.nextStored ? "it could not be put into use" : "its secret is lost";
  const decision = removal(input, view, [{ do: "revoke", userName: next.userName, id: next.id, reason }]);
  return { ...decision, again: true };
}

function removal(input: KeyInput, view: KeyView, before: readonly KeyAction[]): KeyDecision {
  const { next } = view;
  const { keyIntent: intent } = input.status;
  const isDropped = before.length > 0 && next !== undefined;
  const reason = isDropped ? "its key was given up" : "its key is in the main Secret";
  const actions: KeyAction[] = [...before];
  if (isDropped) actions.push({ do: "removeSecret", name: previousName(input.name, next), reason });
  actions.push({ do: "removeSecret", name: credentialsName.next(input.name), reason });
  const failed = isDropped && view.working && intent?.userName === next.userName
    ? { intent: { ...completed(intent, input.now), failed: true } as const }
    : {};
  return { actions, status: statusPatch(input, view, { next: undefined, ...failed }) };
}

/**
 * Where the pair that `next` replaces is kept. Named by the new key's creation and not by the clock, so that a crash
 * in between leads to the same Secret.
 */
export function previousName(name: string, next: RecordedKey): string {
  return credentialsName.previous(name, stamp(next.createdAt));
}
