import assert from "node:assert/strict";
import { planKeys } from "../../../handlers/access_key/planner.ts";
import { spreadMs } from "../../../handlers/access_key/schedule.ts";
import { type Cases, runCases } from "./cases.ts";
import { at, DAY, input, key, listed, NOW, OLD, overlapping } from "./inputs.ts";

const REST = input().status;
const DUE = { ...REST, nextRotateTime: at(NOW - 1) };
const TAKEN_OVER = { accessKeyId: "CUR", created: true, lastRotateTime: "2026-05-22T00:00:00+00:00" };

const CASES: Cases = {
  "leaves a key at rest alone until its rotation": { given: input(), does: [], nextAt: NOW + 20 * DAY, status: {} },
  "writes the intent before the first key": {
    given: input({ status: {}, main: { kind: "absent" }, iam: { app: [] } }),
    does: ["writeIntent", "createKey"],
  },
  "makes the next key when rotation is due": { given: input({ status: DUE }), does: ["writeIntent", "createKey"] },
  "keeps the old pair and publishes a proven key": {
    given: input({
      status: DUE,
      next: { kind: "pair", id: "NEW", ledger: [key("NEW", { createdAt: at(NOW - 5_000) })] },
      iam: { app: [listed("CUR"), listed("NEW")] },
      proven: "NEW",
    }),
    does: ["preservePrevious CUR", "publish NEW"],
  },
  "waits for a key that the service does not know yet": {
    given: input({
      next: { kind: "pair", id: "NEW", ledger: [key("NEW", { createdAt: at(NOW - 5_000) })] },
      iam: { app: [listed("CUR"), listed("NEW")] },
    }),
    does: [],
    nextAt: NOW + 5_000,
  },
  "gives up a key that was not proven within a minute": {
    given: input({
      next: { kind: "pair", id: "NEW", ledger: [key("NEW", { createdAt: at(NOW - 60_000) })] },
      iam: { app: [listed("CUR"), listed("NEW")] },
    }),
    does: ["revoke NEW", "removeSecret", "removeSecret"],
  },
  "plans anew for a changed interval": {
    given: input({ rotate: { enabled: true, intervalDays: 60, previousKeysRetentionDays: 7 } }),
    does: [],
    status: {
      nextRotateTime: at(NOW + 50 * DAY),
      rotateIntervalDays: 60,
      rotation: { phase: "Settled", since: at(NOW - 10 * DAY), next: "Rotate", nextTime: at(NOW + 50 * DAY) },
    },
  },
  "rotates once for a value of rotate-at": {
    given: input({ rotateAt: at(NOW - 1) }),
    does: ["writeIntent", "createKey"],
  },
  "does not rotate again for a value that was served": {
    given: input({ rotateAt: at(NOW - 1), status: { ...REST, lastRotateRequest: at(NOW - 1) } }),
    does: [],
  },
  "waits for the time of rotate-at": { given: input({ rotateAt: at(NOW + 1_000) }), does: [], nextAt: NOW + 1_000 },
  ...Object.fromEntries(["1", "now 5", "2026-01-01", "tomorrow", ""].map((rotateAt) => [
    `rotates not at all for a rotate-at that is no time: "${rotateAt}"`,
    { given: input({ rotateAt }), does: [] },
  ])),
  "names the unknown second key when rotation is due": {
    given: input({ status: DUE, iam: { app: [listed("CUR"), listed("FOREIGN-KEY")] } }),
    does: [],
    problem: "NoFreeKeySlot",
  },
  "deletes exactly the key that discard-key names": {
    given: input({ status: DUE, iam: { app: [listed("CUR"), listed("FOREIGN")] }, discardKey: "FOREIGN" }),
    does: ["revoke FOREIGN"],
  },
  "never discards the key in the main Secret": { given: input({ discardKey: "CUR" }), does: [] },
  "never discards another object's key": {
    given: input({ iam: { app: [listed("CUR"), listed("B")] }, discardKey: "B", recordedElsewhere: ["B"] }),
    does: [],
  },
  "makes a new key for a deleted Secret": {
    given: input({ main: { kind: "absent" } }),
    does: ["writeIntent", "createKey"],
  },
  "makes a new key for a damaged Secret": {
    given: input({ main: { kind: "damaged", ledger: [key("CUR")] } }),
    does: ["writeIntent", "createKey"],
  },
  "never adopts a foreign key id in the Secret": {
    given: input({ main: { kind: "pair", id: "FOREIGN", ledger: [key("CUR")] } }),
    does: ["writeIntent", "createKey"],
  },
  "puts a kept pair back when no slot is free": {
    given: overlapping({ main: { kind: "absent" }, previous: { [OLD.secretName!]: { kind: "pair", id: "OLD" } } }),
    does: ["publish OLD", "removeSecret"],
  },
  "makes a new key for one that somebody deactivated": {
    given: input({ iam: { app: [listed("CUR", NOW - 10 * DAY, false)] } }),
    does: ["writeIntent", "createKey"],
  },
  "recovers a lost status from the ledger": {
    given: overlapping({ status: {} }),
    does: [],
    status: {
      accessKeyId: "CUR",
      userName: "app",
      created: true,
      firstSeenTime: at(NOW),
      lastRotateTime: at(NOW - 10 * DAY),
      nextRotateTime: at(NOW + 20 * DAY),
      rotateIntervalDays: 30,
      previousKeys: [OLD],
      rotation: { phase: "Overlap", since: at(NOW - DAY), next: "Deactivate", nextTime: at(NOW + 6 * DAY) },
    },
  },
  "takes over a Secret of 0.2.x as it is": {
    given: input({
      status: { ...TAKEN_OVER, nextRotateTime: "2026-06-21T00:00:00+00:00" },
      main: { kind: "pair", id: "CUR" },
    }),
    does: [],
    status: { userName: "app", firstSeenTime: at(NOW), rotateIntervalDays: 30, rotation: REST.rotation },
  },
  "takes over a Secret of 0.2.x whose status is lost": {
    given: input({ status: {}, main: { kind: "pair", id: "CUR" } }),
    does: [],
  },
  "spreads what is overdue at take-over": {
    given: input({
      status: { ...TAKEN_OVER, nextRotateTime: "2026-01-01T00:00:00+00:00" },
      main: { kind: "pair", id: "CUR" },
    }),
    does: [],
    nextAt: NOW + spreadMs("uid"),
  },
  "counts from first sight where no time is recorded": {
    given: input({ status: { accessKeyId: "CUR" }, main: { kind: "pair", id: "CUR" } }),
    does: [],
    nextAt: NOW + 30 * DAY,
  },
  "makes a key at the new user when userRef changes": {
    given: input({ userName: "other", iam: { app: [listed("CUR")], other: [] } }),
    does: ["writeIntent", "createKey"],
  },
  "revokes the old user's key once the new one is published": {
    given: input({
      userName: "other",
      status: { ...REST, accessKeyId: "NEW", userName: "other", provenKeyId: "NEW" },
      main: {
        kind: "pair",
        id: "NEW",
        ledger: [key("NEW", { userName: "other" }), key("CUR", { retiredAt: at(NOW) })],
      },
      iam: { app: [listed("CUR")], other: [listed("NEW")] },
    }),
    does: ["deactivate CUR", "revoke CUR"],
  },
  "sweeps the one key that a lost reply left": {
    given: input({
      status: { ...DUE, keyIntent: { userName: "app", existingIds: ["CUR"], startedAt: at(NOW - 20_000) } },
      iam: { app: [listed("CUR"), listed("LEAK", NOW - 19_000)] },
    }),
    does: ["revoke LEAK"],
  },
  "touches no key that was made outside the intent's window": {
    given: input({
      status: { ...DUE, keyIntent: { userName: "app", existingIds: ["CUR"], startedAt: at(NOW - 60_000) } },
      iam: { app: [listed("CUR"), listed("PERSON", NOW - 40_000)] },
    }),
    does: [],
    problem: "NoFreeKeySlot",
  },
  "touches neither of two keys that may be ours": {
    given: input({
      status: { keyIntent: { userName: "app", existingIds: [], startedAt: at(NOW - 20_000) } },
      main: { kind: "absent" },
      iam: { app: [listed("A", NOW - 19_000), listed("B", NOW - 18_000)] },
    }),
    does: [],
    problem: "KeyOwnershipUnclear",
  },
  "clears the intent ten minutes after completion": {
    given: input({
      status: {
        ...REST,
        keyIntent: { userName: "app", existingIds: [], startedAt: at(NOW - 601_000), completedAt: at(NOW - 600_000) },
      },
    }),
    does: [],
    status: { keyIntent: null },
  },
  "waits for another object's open call": {
    given: input({ status: DUE, otherStarts: [NOW - 2_000] }),
    does: [],
    nextAt: NOW + 8_000,
  },
  "leaves a Secret of somebody else alone": {
    given: input({ status: {}, main: { kind: "foreign" }, iam: { app: [] } }),
    does: [],
    problem: "Conflict",
  },
};

runCases(CASES);

Deno.test("planKeys() masks the keys that it names", () => {
  const { problem } = planKeys(CASES["names the unknown second key when rotation is due"]!.given);
  assert.match(problem!.message, /FORE…-KEY/);
  assert.doesNotMatch(problem!.message, /FOREIGN-KEY/);
});
