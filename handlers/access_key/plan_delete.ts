import { candidates, isOpen, windowEnd } from "./intent.ts";
import { unclearMessage } from "./plan_intent.ts";
import { previousName } from "./plan_next.ts";
import { keyAt, recover } from "./record.ts";
import type { KeyAction, KeyDecision, KeyInput } from "./state.ts";

/**
 * Every key that was ever made for the object, then every Secret: in this order, because the Secrets hold the ledger
 * (hard-bugs.md 2 and 3). Keys that nothing records as ours are not touched, whatever a Secret was edited to hold.
 */
export function planKeyDeletion(input: KeyInput): KeyDecision {
  const view = recover(input);
  const { now, name, iam, discardKey, status: { keyIntent: intent } } = input;
  const started = Date.parse(intent?.startedAt ?? "");
  if (intent && !intent.completedAt && isOpen(started, now) && !view.next && !view.working) {
    const message = "Waiting to learn what became of a CreateAccessKey call without an answer";
    const problem = { kind: "waiting", reason: "CreationFailed", message } as const;
    return { actions: [], status: {}, nextAt: windowEnd(started), problem };
  }
  const recorded = new Set([...view.recorded.map(({ id }) => id), ...input.recordedElsewhere]);
  const found = intent ? candidates(intent, iam[intent.userName] ?? [], recorded) : [];
  const leaked = found.length === 1 && !intent?.unclear ? found : found.filter(({ id }) => id === discardKey);
  if (intent && found.length > 1 && (!intent.unclear || leaked.length === 0)) {
    const message = unclearMessage(intent.userName, found);
    return {
      actions: [],
      status: { keyIntent: { ...intent, unclear: true } },
      ...(leaked.length > 0 ? { again: true } : {}),
      problem: { kind: "stalled", reason: "KeyOwnershipUnclear", message },
    };
  }
  // A list may be stale, so what it does not show is revoked too, but for keys that were forgotten as gone long ago.
  const kept = new Set([...view.previous, ...view.gone].map(({ id }) => id));
  const ours = view.recorded.filter((key) =>
    (keyAt(input, key) || key.retiredAt === undefined || kept.has(key.id)) && !input.recordedElsewhere.includes(key.id)
  );
  const revoke = (userName: string, id: string): KeyAction => ({
    do: "revoke",
    userName,
    id,
    reason: "the object goes",
  });
  const secrets = [
    ...[...view.recorded, ...input.status.previousKeys ?? []].flatMap(({ secretName }) => secretName ?? []),
    ...(view.next ? [previousName(name, view.next)] : []),
    `${name}-credentials-next`,
    `${name}-credentials`,
  ];
  return {
    actions: [
      ...ours.map(({ userName, id }) => revoke(userName, id)),
      ...leaked.map(({ id }) => revoke(intent!.userName, id)),
      ...[...new Set(secrets)].map((secret): KeyAction => ({
        do: "removeSecret",
        name: secret,
        reason: "the object goes",
      })),
    ],
    status: {},
  };
}
