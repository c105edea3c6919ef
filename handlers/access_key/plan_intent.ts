import { candidates, CLOCK_MARGIN_MS, INTENT_KEPT_MS, isOpen, windowEnd } from "./intent.ts";
import { type KeyView, statusPatch } from "./record.ts";
import type { IamKey, KeyDecision, KeyInput, KeyIntent } from "./state.ts";

/** Settles an intent: waits for its window, sweeps the one key that leaked, and forgets it in the end. */
export function planIntent(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { now, iam, status: { keyIntent: intent } } = input;
  if (!intent) return undefined;
  const started = Date.parse(intent.startedAt);
  if (!intent.completedAt && !isMade(input, view, intent)) {
    if (isOpen(started, now)) return waiting(view, windowEnd(started));
  }
  const recorded = new Set([...view.recorded.map(({ id }) => id), ...input.recordedElsewhere]);
  const settled = isMade(input, view, intent) ? completed(intent, now) : intent;
  const keys = iam[intent.userName] ?? [];
  const found = candidates(settled, keys, recorded);
  if (intent.unclear && found.length < 2) {
    // A person decided which one goes. What is left may be a person's own, so from now on it counts as such.
    const existingIds = keys.map(({ id }) => id);
    const { unclear: _, earlier: __, ...clear } = intent;
    const patched = { ...completed(clear, now), existingIds };
    return { actions: [], status: statusPatch(input, view, { intent: patched }), again: true };
  }
  if (found.length > 1) return unclear(input, view, found);
  const leaked = found[0];
  if (leaked) {
    const reason = "its creation was cut off and nobody has its secret";
    return {
      actions: [{ do: "revoke", userName: intent.userName, id: leaked.id, reason }],
      status: {},
      again: true,
    };
  }
  if (settled !== intent) return { actions: [], status: statusPatch(input, view, { intent: settled }), again: true };
  if (!intent.completedAt) return undefined;
  const age = now - Date.parse(intent.completedAt);
  // It bears out the next key, as long as there is one.
  if (view.next) return undefined;
  if (age < INTENT_KEPT_MS && age > -CLOCK_MARGIN_MS) return undefined;
  return { actions: [], status: statusPatch(input, view, { intent: undefined }), again: true };
}

/**
 * That several keys may be ours is recorded before a person's word is followed, or the last one would look like ours.
 */
function unclear(input: KeyInput, view: KeyView, found: readonly IamKey[]): KeyDecision {
  const intent = input.status.keyIntent!;
  const named = found.find(({ id }) => id === input.discardKey);
  if (intent.unclear && named) {
    const reason = "named by the annotation discard-key";
    return {
      actions: [{ do: "revoke", userName: intent.userName, id: named.id, reason }],
      status: {},
      again: true,
    };
  }
  const flagged = { ...intent, unclear: true } as const;
  if (named) return { actions: [{ do: "writeIntent", intent: flagged }], status: {}, again: true };
  return {
    actions: [],
    status: statusPatch(input, view, { intent: flagged }),
    problem: { kind: "stalled", reason: "KeyOwnershipUnclear", message: unclearMessage(intent.userName, found) },
  };
}

/** Says which keys may be ours and how a person decides. */
export function unclearMessage(userName: string, found: readonly IamKey[]): string {
  const ids = found.map(({ id }) => mask(id)).join(", ");
  return `Any of the access keys ${ids} of user "${userName}" may be left from a lost reply: ` +
    `name the one to delete in the annotation s3.cloud37.dev/discard-key`;
}

/** An id as messages may show it. */
export function mask(id: string): string {
  return id.length > 8 ? `${id.slice(0, 4)}…${id.slice(-4)}` : "…";
}

/**
 * Done without a known key: its window stays among those that are swept. An intent that is done is returned as it is.
 */
export function givenUp(intent: KeyIntent, now: number): KeyIntent {
  if (intent.completedAt) return intent;
  return completed({ ...intent, earlier: [intent.startedAt, ...intent.earlier ?? []] }, now);
}

/** Done by the key it made, whose id is recorded: no other can come of the same call. */
export function completed(intent: KeyIntent, now: number): KeyIntent {
  return { ...intent, completedAt: new Date(now).toISOString() };
}

/** True when the key that the intent's call made is known, so that nothing more can come of it. */
export function isMade({ status }: KeyInput, { current, next }: KeyView, intent: KeyIntent): boolean {
  return !intent.completedAt && status.keyIntent === intent &&
    [current, next].some((key) =>
      key !== undefined && key.userName === intent.userName && !intent.existingIds.includes(key.id) &&
      key.createdAt >= intent.startedAt
    );
}

function waiting(view: KeyView, nextAt: number): KeyDecision {
  if (view.working) return { actions: [], status: {}, nextAt };
  const message = "Waiting to learn what became of a CreateAccessKey call without an answer";
  return {
    actions: [],
    status: {},
    nextAt,
    problem: { kind: "waiting", reason: "CreationFailed", message, conditionType: "CreationFailed" },
  };
}
