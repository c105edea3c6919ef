import { credentialsName } from "../names.ts";
import { candidates, isOpen, windowEnd } from "./intent.ts";
import { isMade, unclearMessage } from "./plan_intent.ts";
import { previousName } from "./plan_next.ts";
import { keyAt, recover } from "./record.ts";
import type { KeyAction, KeyDecision, KeyInput, SecretState } from "./state.ts";

/**
 * Every key that was ever made for the object, then every Secret: in this order, because the Secrets hold the ledger.
 * Keys that nothing records as ours are not touched, whatever a Secret was edited to hold.
 */
export function planKeyDeletion(input: KeyInput): KeyDecision {
  const view = recover(input);
  const { now, name, iam, discardKey, status: { keyIntent: intent } } = input;
  const started = Date.parse(intent?.startedAt ?? "");
  if (intent && !intent.completedAt && isOpen(started, now) && !isMade(input, view, intent)) {
    const message = "Waiting to learn what became of a CreateAccessKey call without an answer";
    const problem = { kind: "waiting", reason: "CreationFailed", message } as const;
    return { actions: [], status: {}, nextAt: windowEnd(started), problem };
  }
  const recorded = new Set([...view.recorded.map(({ id }) => id), ...input.recordedElsewhere]);
  const found = intent ? candidates(intent, iam[intent.userName] ?? [], recorded) : [];
  const leaked = found.length === 1 && !intent?.unclear ? found : found.filter(({ id }) => id === discardKey);
  if (intent && found.length > 1 && leaked.length > 0 && !intent.unclear) {
    // Recorded before the person's word is followed, or the last candidate would look like ours.
    return { actions: [{ do: "writeIntent", intent: { ...intent, unclear: true } }], status: {}, again: true };
  }
  if (intent && found.length > 1 && leaked.length === 0) {
    const message = unclearMessage(intent.userName, found);
    const status = { keyIntent: { ...intent, unclear: true } } as const;
    return { actions: [], status, problem: { kind: "stalled", reason: "KeyOwnershipUnclear", message } };
  }
  // A list may be stale, so what it does not show is revoked too, but for keys that were forgotten as gone long ago.
  const kept = new Set(view.previous.map(({ id }) => id));
  const ours = view.recorded.filter((key) =>
    (keyAt(input, key) || key.retiredAt === undefined || kept.has(key.id)) && !input.recordedElsewhere.includes(key.id)
  );
  // `discard-key` is permission for exactly that key, whoever made it: without it the user could not be deleted.
  const discarded = (iam[input.userName] ?? []).filter(({ id }) =>
    id === discardKey && !recorded.has(id) && !leaked.some((key) => key.id === id)
  );
  const secrets = new Set([
    ...[...view.recorded, ...input.status.previousKeys ?? []].flatMap(({ secretName }) => secretName ?? []),
    ...(view.next ? [previousName(name, view.next)] : []),
    ...(isOurs(input.next) ? [credentialsName.next(name)] : []),
    ...(isOurs(input.main) ? [credentialsName.main(name)] : []),
  ]);
  const reason = "the object goes";
  const actions: readonly KeyAction[] = [
    ...ours.map(({ userName, id }) => ({ do: "revoke", userName, id, reason }) as const),
    ...leaked.map(({ id }) => ({ do: "revoke", userName: intent!.userName, id, reason }) as const),
    ...discarded.map(({ id }) => ({ do: "revoke", userName: input.userName, id, reason: DISCARDED }) as const),
    ...[...secrets].map((secret) => ({ do: "removeSecret", name: secret, reason }) as const),
  ];
  // Forgotten only when all is gone; with nothing recorded and no Secret left the next look finds nothing to do.
  return { actions, status: actions.length > 0 ? FORGOTTEN : {}, ...(actions.length > 0 ? { again: true } : {}) };
}

const DISCARDED = "named by the annotation discard-key";
const FORGOTTEN = { accessKeyId: null, nextKey: null, previousKeys: null } as const;

function isOurs({ kind }: SecretState): boolean {
  return kind === "pair" || kind === "damaged";
}
