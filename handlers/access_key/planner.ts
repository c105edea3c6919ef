import { credentialsName } from "../names.ts";
import { INTENT_KEPT_MS } from "./intent.ts";
import { planHeal, planRotation } from "./plan_create.ts";
import { givenUp, planIntent } from "./plan_intent.ts";
import { planNext } from "./plan_next.ts";
import { dueRetirements } from "./plan_retire.ts";
import { GRACE_MS, keyAt, type KeyView, recover, retiredNow, statusPatch } from "./record.ts";
import { leavesAt, requestedAt } from "./schedule.ts";
import type { KeyDecision, KeyInput, KeyStatus, KeyStatusPatch } from "./state.ts";

type Rule = (input: KeyInput, view: KeyView) => KeyDecision | undefined;

/**
 * The order decides: what an earlier pass began or a person asked for first, then a working key
 * in the main Secret, and only when it works are older keys revoked and new ones made.
 */
const RULES: readonly Rule[] = [
  planConflict,
  planFresh,
  planIntent,
  planDiscard,
  planNext,
  planRollback,
  planHeal,
  dueRetirements,
  planRotation,
];

/**
 * What to do next about the keys of one AccessKey: pure, so that every interleaving can be explored in memory
 * (docs/adr/0005). An empty decision without a problem means that all is in order.
 */
export function planKeys(input: KeyInput): KeyDecision {
  let status: KeyStatusPatch = {};
  for (let round = 0; round < 8; round++) {
    const decision = planOnce({ ...input, status: patched(input.status, status) });
    // Only a step's own return tells that it was made, so a status beside actions waits for them.
    if (decision.actions.length > 0) return { ...decision, status: beside(decision, status) };
    status = { ...status, ...decision.status };
    if (!decision.again) return { ...decision, status };
  }
  return { actions: [], status, again: true };
}

/**
 * What to record once the actions are through; an intent that one of them writes is newer than a clearing before it.
 */
function beside({ actions, status }: KeyDecision, before: KeyStatusPatch): KeyStatusPatch {
  const { keyIntent: _, ...rest } = before;
  return { ...(actions.some((action) => action.do === "writeIntent") ? rest : before), ...status };
}

/** A status with the patch's fields; `null` removes one. */
export function patched(status: KeyStatus, patch: KeyStatusPatch): KeyStatus {
  return Object.fromEntries(Object.entries({ ...status, ...patch }).filter(([, value]) => value != null));
}

function planOnce(input: KeyInput): KeyDecision {
  const view = recover(input);
  for (const rule of RULES) {
    const decision = rule(input, view);
    if (decision) return decision;
  }
  const { now, status, rotateAt } = input;
  const intent = status.keyIntent && givenUp(status.keyIntent, now);
  const patch = statusPatch(input, view, { intent });
  const { nextRotateTime = status.nextRotateTime } = patch;
  const { current } = view;
  const times = [
    ...view.previous.map((key) => leavesAt(input, view, key)),
    Date.parse(nextRotateTime ?? ""),
    requestedAt(rotateAt),
    Date.parse(intent?.completedAt ?? "") + INTENT_KEPT_MS,
    ...(current && !keyAt(input, current) ? [Date.parse(current.createdAt) + GRACE_MS] : []),
    ...view.previous.filter((key) => !keyAt(input, key)).map(({ retiredAt }) => Date.parse(retiredAt ?? "") + GRACE_MS),
  ].filter((time) => time > now);
  return { actions: [], status: patch, ...(times.length > 0 ? { nextAt: Math.min(...times) } : {}) };
}

function planConflict({ name, main, next }: KeyInput): KeyDecision | undefined {
  const which = main.kind === "foreign" ? "main" : next.kind === "foreign" ? "next" : undefined;
  if (which === undefined) return undefined;
  const message = `Secret "${credentialsName[which](name)}" exists and is not this AccessKey's`;
  return { actions: [], status: {}, problem: { kind: "stalled", reason: "Conflict", message } };
}

/**
 * `discard-key` is permission to delete exactly that key; the keys in use, here or in another AccessKey, are no waste.
 */
function planDiscard(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { discardKey: id, iam, userName, recordedElsewhere, next } = input;
  if (id === undefined || !iam[userName]?.some((key) => key.id === id)) return undefined;
  const inUse = (view.working && view.current?.id === id) || view.next?.id === id || input.fresh?.id === id ||
    (next.kind === "pair" && next.id === id) || recordedElsewhere.includes(id);
  if (inUse) return undefined;
  return {
    actions: [{ do: "revoke", userName, id, reason: "named by the annotation discard-key" }],
    status: {},
    again: true,
  };
}

/** A pair that this process holds and no Secret does: the one thing that cannot be made good later. */
function planFresh(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { fresh, main, next } = input;
  if (!fresh || [main, next].some((secret) => secret.kind === "pair" && secret.id === fresh.id)) return undefined;
  const previous = [...view.previous, ...retiredNow(input, view)];
  return {
    actions: [{ do: "storeKey", key: fresh, into: view.working ? "next" : "main", previous }],
    status: {},
    again: true,
  };
}

/** A person put a previous pair back: it works, so it is current again, and the one that it displaced is retired. */
function planRollback(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { current, rolledBack } = view;
  if (!rolledBack || !current) return undefined;
  const ledger = [current, ...view.previous, ...retiredNow(input, view)];
  return { actions: [{ do: "publish", from: "main", key: current, ledger }], status: {}, again: true };
}
