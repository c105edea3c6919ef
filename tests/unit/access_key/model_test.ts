import assert from "node:assert/strict";
import { explore, moves } from "./explore.ts";
import { DAY_MS, pass, type World, world } from "./world.ts";
import type { Seed } from "./faults.ts";
import { settle } from "./settle.ts";

/** A key that was made, settled, and whose rotation is due. */
function due(): World {
  const w = world();
  settle(w);
  w.now += 31 * DAY_MS;
  return w;
}

/** In the middle of a rotation: the new key waits to be proven. */
function staged(): World {
  const w = due();
  pass(w, w.objects[0]!, { accepts: false });
  return w;
}

/** Rotated, the old key in its overlap. */
function overlap(): World {
  const w = due();
  settle(w);
  return w;
}

/** As 0.2.x leaves it: a Secret without a ledger, a failed rotation's unknown second key. */
function takenOver(): World {
  const w = world();
  const createdAt = w.now - 60 * DAY_MS;
  w.users["u"] = [
    { id: "K0", active: true, createdAt, by: "us", published: true },
    { id: "P1", active: true, createdAt: createdAt + 8_000, by: "person" },
  ];
  w.olderUsers = w.users;
  w.serial = 2;
  const [object] = w.objects;
  object!.status = { accessKeyId: "K0", created: true, nextRotateTime: "2025-12-31T00:00:00+00:00" };
  object!.olderStatus = object!.status;
  object!.secrets = { "k0-credentials": { id: "K0" } };
  return w;
}

const STARTS = {
  "nothing": { start: () => world(), depth: 3 },
  "a rotation that is due": { start: due, depth: 3 },
  "a new key to be proven": { start: staged, depth: 3 },
  "an overlap": { start: overlap, depth: 3 },
  "no retention": {
    start: () => world(1, { enabled: true, intervalDays: 30, previousKeysRetentionDays: 0 }),
    depth: 2,
  },
  "a take-over with an unknown key": { start: takenOver, depth: 2 },
  "two objects of one user": { start: () => world(2), depth: 2 },
};

for (const [name, { start, depth }] of Object.entries(STARTS)) {
  Deno.test(`planKeys() keeps every invariant from ${name}`, () => {
    const w = start();
    const { violation } = explore(w, { all: moves(w.objects.length, 5), depth });
    assert.equal(violation, undefined);
  });
}

/** Bugs on purpose: each must be found, or the exploration proves nothing. */
const SEEDS: Readonly<Record<string, { readonly seed: Seed; readonly start: () => World }>> = {
  "drops the intent": {
    seed: { decide: (d) => ({ ...d, actions: d.actions.filter((action) => action.do !== "writeIntent") }) },
    start: () => world(),
  },
  "revokes before it publishes": {
    seed: {
      decide: (d, { main, userName }) => {
        const isSwap = d.actions.some((action) => action.do === "publish" && action.from === "next");
        if (!isSwap || main.kind !== "pair") return d;
        return { ...d, actions: [{ do: "revoke", userName, id: main.id, reason: "seeded" }, ...d.actions] };
      },
    },
    start: due,
  },
  "forgets the optimistic lock": { seed: { unlocked: true }, start: () => world() },
  "forgets the lock of a user's keys": { seed: { together: true }, start: () => world(2) },
};

for (const [name, { seed, start }] of Object.entries(SEEDS)) {
  Deno.test(`explore() finds a planner that ${name}`, () => {
    const w = start();
    const { violation } = explore(w, { all: moves(w.objects.length, 5), depth: 3, seed });
    assert.ok(violation, "the seeded bug was not found");
  });
}
