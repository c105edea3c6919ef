import { INTENT_KEPT_MS, isOpen, nextIntent, windowEnd } from "./intent.ts";
import { mask } from "./plan_intent.ts";
import { retirement } from "./plan_retire.ts";
import { keyAt, type KeyView, retiredNow, statusPatch } from "./record.ts";
import { dueRequest, leavesAt, retirementDue } from "./schedule.ts";
import type { KeyDecision, KeyInput } from "./state.ts";

/** IAM's limit, at Wasabi as at AWS. */
const MAX_KEYS = 2;

/** Puts a working key into the main Secret where there is none: a new one, or a kept one if no slot is free. */
export function planHeal(input: KeyInput, view: KeyView): KeyDecision | undefined {
  if (view.working) return undefined;
  const { now, userName, previous } = input;
  if (hasFreeSlot(input)) return waitForOthers(input, view) ?? creation(input, view, "main");
  // A key whose overlap is over goes first, even if its pair is kept: it may be half revoked already.
  const ends = view.previous.map((key) => retirementDue(input, view, key));
  if (ends.some((end) => end <= now)) {
    return retirement(
      input,
      view,
      view.previous.filter((_, index) => ends[index]! <= now),
    );
  }
  const kept = view.previous.find((key) => {
    const secret = previous[key.secretName ?? ""];
    return key.userName === userName && secret?.kind === "pair" && secret.id === key.id && keyAt(input, key)?.active;
  });
  if (kept) {
    const { retiredAt: _, deactivatedAt: __, secretName = "", ...key } = kept;
    const ledger = [key, ...view.previous.filter((other) => other !== kept), ...retiredNow(input, view)];
    return {
      actions: [
        { do: "publish", from: "previous", key, ledger, secretName },
        { do: "removeSecret", name: secretName, reason: "its pair is in the main Secret again" },
      ],
      status: {},
      again: true,
    };
  }
  return noFreeSlot(input, view, Math.min(...ends));
}

/** Makes the next key when the time has come, a person asks for it, or the object has moved to another user. */
export function planRotation(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const { now, rotate, status, userName } = input;
  const { current } = view;
  if (!current) return undefined;
  const { nextRotateTime = status.nextRotateTime } = statusPatch(input, view);
  const isDue = current.userName !== userName || (rotate.enabled && Date.parse(nextRotateTime ?? "") <= now) ||
    dueRequest(input, current.request ?? status.lastRotateRequest) !== undefined;
  if (!isDue) return undefined;
  if (status.keyIntent?.failed) {
    const message = `The new access key was not accepted within a minute and was given up`;
    return {
      actions: [],
      status: statusPatch(input, view),
      nextAt: Date.parse(status.keyIntent.completedAt ?? "") + INTENT_KEPT_MS || now + INTENT_KEPT_MS,
      problem: { kind: "waiting", reason: "RotationFailed", message, conditionType: "RotationFailed" },
    };
  }
  if (hasFreeSlot(input)) return waitForOthers(input, view) ?? creation(input, view, "next");
  const ours = view.previous.filter((key) => key.userName === userName && keyAt(input, key))
    .map((key) => leavesAt(input, view, key));
  // A key of ours in its overlap frees its slot by itself: rotation asked for early simply waits for that.
  if (ours.length > 0) return { actions: [], status: statusPatch(input, view), nextAt: Math.min(...ours) };
  return noFreeSlot(input, view, Infinity);
}

function hasFreeSlot({ iam, userName }: KeyInput): boolean {
  return (iam[userName] ?? []).length < MAX_KEYS;
}

/** Keys of one user are made one at a time: no key of ours may appear in the window of another object's open call. */
function waitForOthers(input: KeyInput, view: KeyView): KeyDecision | undefined {
  const open = input.otherStarts.filter((start) => isOpen(start, input.now));
  if (open.length === 0) return undefined;
  return { actions: [], status: statusPatch(input, view), nextAt: Math.max(...open.map(windowEnd)), ...unready(view) };
}

function creation(input: KeyInput, view: KeyView, into: "main" | "next"): KeyDecision {
  const { now, userName, iam, status } = input;
  const intent = nextIntent(status.keyIntent, { userName, keys: iam[userName] ?? [], now });
  const request = dueRequest(input, status.lastRotateRequest) ?? status.lastRotateRequest;
  const previous = into === "main" ? [...view.previous, ...retiredNow(input, view)] : [];
  return {
    actions: [
      { do: "writeIntent", intent, opens: true },
      { do: "createKey", userName, into, previous, ...(request !== undefined ? { request } : {}) },
    ],
    status: {},
    again: true,
  };
}

function noFreeSlot(input: KeyInput, view: KeyView, nextAt: number): KeyDecision {
  const others = (input.iam[input.userName] ?? []).map(({ id }) => id).filter((id) => id !== view.current?.id);
  const message =
    `User "${input.userName}" has no room for another access key beside ${others.map(mask).join(", ")}: ` +
    `delete one there, or name it in the annotation s3.cloud37.dev/discard-key`;
  return {
    actions: [],
    status: statusPatch(input, view),
    ...(Number.isFinite(nextAt) ? { nextAt } : {}),
    problem: { kind: "stalled", reason: "NoFreeKeySlot", message },
  };
}

function unready(view: KeyView): Pick<KeyDecision, "problem"> {
  if (view.working) return {};
  const message = "Waiting for another AccessKey of the same user to finish";
  return { problem: { kind: "waiting", reason: "CreationFailed", message, conditionType: "CreationFailed" } };
}
