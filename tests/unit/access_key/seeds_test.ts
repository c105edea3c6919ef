import assert from "node:assert/strict";
import type { KeyDecision } from "../../../handlers/access_key/state.ts";
import { explore } from "./explore.ts";
import type { Seed } from "./faults.ts";
import { moves } from "./moves.ts";
import { STARTS } from "./starts.ts";

interface SeededBug {
  readonly seed: Seed;
  readonly start: keyof typeof STARTS;
  readonly depth?: number;
}

function without(decision: KeyDecision, what: string): KeyDecision {
  return { ...decision, actions: decision.actions.filter((action) => action.do !== what) };
}

/** Bugs on purpose: each must be found, or the exploration proves nothing. */
const SEEDS: Readonly<Record<string, SeededBug>> = {
  "drops the record of the intent": {
    seed: {
      // The call is made as if it were recorded.
      decide: (decision) => ({
        ...decision,
        actions: decision.actions.map((action) =>
          action.do === "writeIntent" && action.opens
            ? { ...action, intent: { ...action.intent, completedAt: action.intent.startedAt } }
            : action
        ),
      }),
    },
    start: "nothing",
  },
  "deletes the old key before the new one is published": {
    seed: {
      decide: (decision, { main, userName }) => {
        const isSwap = decision.actions.some((action) => action.do === "publish" && action.from === "next");
        if (!isSwap || main.kind !== "pair") return decision;
        const early = { do: "revoke", userName, id: main.id, reason: "seeded" } as const;
        return { ...decision, actions: [early, ...decision.actions] };
      },
    },
    start: "a rotation that is due",
  },
  "carries out what it planned from a stale status": { seed: { unlocked: true }, start: "nothing" },
  "forgets the lock of a user's keys": {
    seed: { together: true },
    start: "two objects, a call of one cut off",
    depth: 7,
  },
  "publishes a key that is not proven": {
    seed: { input: (input) => input.next.kind === "pair" ? { ...input, proven: input.next.id } : input },
    start: "a new key to be proven",
  },
  "forgets the retention": {
    seed: { input: (input) => ({ ...input, rotate: { ...input.rotate, previousKeysRetentionDays: 0 } }) },
    start: "an overlap",
  },
  "forgets that the old key is used": {
    seed: { input: ({ lastUsed: _, ...input }) => input },
    start: "an overlap, the old key kept while it is used",
  },
  "loses the older keys from the ledger": {
    seed: {
      decide: (decision) => ({
        ...decision,
        actions: decision.actions.map((action) =>
          action.do === "publish" ? { ...action, ledger: action.ledger.slice(0, 1) } : action
        ),
      }),
    },
    start: "a rotation that is due",
  },
  "forgets the keys that were there before": {
    seed: {
      input: (input) => {
        const { keyIntent } = input.status;
        if (!keyIntent) return input;
        const everything = { ...keyIntent, existingIds: [], earlier: ["2026-01-01T00:00:00Z", keyIntent.startedAt] };
        return { ...input, status: { ...input.status, keyIntent: everything } };
      },
    },
    start: "a take-over with an unknown key",
    depth: 5,
  },
  "takes the newer of two candidates for its own": {
    seed: {
      decide: (decision, { iam, userName }) => {
        if (decision.problem?.reason !== "KeyOwnershipUnclear") return decision;
        const id = iam[userName]!.at(-1)!.id;
        return { actions: [{ do: "revoke", userName, id, reason: "seeded" }], status: {}, again: true };
      },
    },
    start: "nothing",
    depth: 6,
  },
  "makes another key without looking for the lost one": {
    seed: {
      input: ({ status: { keyIntent: _, ...status }, ...input }) => ({ ...input, status }),
    },
    start: "a call whose answer is lost",
  },
  "takes a call of the former leader for one that has ended": {
    seed: {
      input: (input) => {
        const { keyIntent } = input.status;
        if (!keyIntent || keyIntent.completedAt) return input;
        const startedAt = new Date(Date.parse(keyIntent.startedAt) - 20_000).toISOString();
        return { ...input, status: { ...input.status, keyIntent: { ...keyIntent, startedAt } } };
      },
    },
    start: "a rotation that is due",
    depth: 6,
  },
  "removes the Secrets before the keys that they record": {
    seed: {
      decide: (decision) => ({
        ...decision,
        actions: [
          ...decision.actions.filter((action) => action.do === "removeSecret"),
          ...without(decision, "removeSecret").actions,
        ],
        status: { ...decision.status, accessKeyId: null, previousKeys: null },
      }),
    },
    start: "an overlap",
  },
  "never deletes a retired key": { seed: { decide: (d) => without(d, "revoke") }, start: "a deactivated key" },
};

for (const [name, { seed, start, depth = 4 }] of Object.entries(SEEDS)) {
  Deno.test(`explore() finds a planner that ${name}`, () => {
    const w = STARTS[start]!();
    const { violation } = explore(w, { all: moves(w.objects.length), depth, disturbances: 2, seed });
    assert.ok(violation, "the seeded bug was not found");
  });
}
