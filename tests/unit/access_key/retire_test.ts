import type { KeyInput } from "../../../handlers/access_key/state.ts";
import { runCases } from "./cases.ts";
import { at, DAY, input, key, listed, NOW, OLD, overlapping } from "./inputs.ts";

const REST = input().status;

/** The old key deactivated at the end of its overlap. */
function resting(now: number, status: Partial<KeyInput["status"]> = {}): KeyInput {
  return overlapping({
    now,
    status: { ...REST, previousKeys: [{ ...OLD, deactivatedAt: at(NOW + 6 * DAY) }], ...status },
    iam: { app: [listed("OLD", NOW - 40 * DAY, false), listed("CUR")] },
  });
}

/** The overlap is over; a key that is used is kept for five days more. */
function used(lastUsed: number, more: Partial<KeyInput> = {}): KeyInput {
  const rotate = { ...input().rotate, keepWhileUsedDays: 5 };
  return overlapping({ now: NOW + 6 * DAY, rotate, lastUsed: { OLD: lastUsed }, ...more });
}

const STILL_USED = {
  phase: "StillUsed",
  since: at(NOW + 6 * DAY),
  next: "Deactivate",
  nextTime: at(NOW + 11 * DAY),
} as const;

runCases({
  "keeps an old key that is used until a day after that": {
    given: used(NOW + 5.5 * DAY),
    does: [],
    status: { rotation: STILL_USED },
    nextAt: NOW + 6.5 * DAY,
  },
  "keeps an old key that is used no longer than the spec says": {
    given: used(NOW + 10.9 * DAY, { now: NOW + 11 * DAY }),
    does: ["deactivate OLD"],
  },
  "deactivates an old key that was not used for a day": { given: used(NOW + 5 * DAY), does: ["deactivate OLD"] },
  "keeps an old key through its overlap": { given: overlapping(), does: [], nextAt: NOW + 6 * DAY },
  "deactivates an old key when its overlap is over, and says so": {
    given: overlapping({ now: NOW + 6 * DAY }),
    does: ["deactivate OLD"],
    status: {
      previousKeys: [{ ...OLD, deactivatedAt: at(NOW + 6 * DAY) }],
      rotation: {
        phase: "Deactivated",
        since: at(NOW + 6 * DAY),
        next: "Delete",
        nextTime: at(NOW + 6 * DAY + 60_000),
      },
    },
  },
  "leaves a deactivated key for a minute": {
    given: resting(NOW + 6 * DAY + 59_000),
    does: [],
    nextAt: NOW + 6 * DAY + 60_000,
  },
  "deletes and forgets a deactivated key after the minute": {
    given: resting(NOW + 6 * DAY + 60_000),
    does: ["revoke OLD", "removeSecret"],
  },
  "gives a key whose deactivation was not recorded its minute": {
    given: overlapping({
      now: NOW + 6 * DAY,
      iam: { app: [listed("OLD", NOW - 40 * DAY, false), listed("CUR")] },
    }),
    does: [],
    nextAt: NOW + 6 * DAY + 60_000,
  },
  "deletes an old key at once where the service cannot deactivate": {
    given: overlapping({ now: NOW + 6 * DAY, cannotDeactivate: true }),
    does: ["revoke OLD", "removeSecret"],
  },
  "puts no minute between where the retention becomes 0 meanwhile": {
    given: { ...resting(NOW + 6 * DAY), rotate: { enabled: true, intervalDays: 30, previousKeysRetentionDays: 0 } },
    does: ["revoke OLD", "removeSecret"],
  },
  "waits for the slot of a deactivated key, and no longer": {
    given: resting(NOW + 6 * DAY + 1_000, { nextRotateTime: at(NOW) }),
    does: [],
    nextAt: NOW + 6 * DAY + 60_000,
  },
  "does not wait for the slot of an old key that a person has deleted": {
    given: overlapping({
      now: NOW + 6 * DAY + 1_000,
      status: { ...REST, nextRotateTime: at(NOW), previousKeys: [{ ...OLD, retiredAt: at(NOW + 6 * DAY) }] },
      main: { kind: "pair", id: "CUR", ledger: [key("CUR"), { ...OLD, retiredAt: at(NOW + 6 * DAY) }] },
      rotate: { enabled: true, intervalDays: 30, previousKeysRetentionDays: 0 },
      iam: { app: [listed("CUR"), listed("PERSON")] },
    }),
    does: [],
    problem: "NoFreeKeySlot",
  },
  "keeps an old key longer where the retention grows meanwhile": {
    given: overlapping({
      now: NOW + 6 * DAY,
      rotate: { enabled: true, intervalDays: 30, previousKeysRetentionDays: 20 },
    }),
    does: [],
    nextAt: NOW + 19 * DAY,
  },
  "keeps an overdue old key while the current one is not proven": {
    given: overlapping({ now: NOW + 6 * DAY, status: { ...REST, provenKeyId: "X", previousKeys: [OLD] } }),
    does: [],
  },
  "revokes an old key at once with no retention": {
    given: overlapping({ rotate: { enabled: true, intervalDays: 30, previousKeysRetentionDays: 0 } }),
    does: ["deactivate OLD", "revoke OLD", "removeSecret"],
  },
  "shortens the overlap to the interval": {
    given: overlapping({ rotate: { enabled: true, intervalDays: 1, previousKeysRetentionDays: 30 } }),
    does: ["deactivate OLD"],
  },
});
