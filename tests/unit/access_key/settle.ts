import type { KeyDecision } from "../../../handlers/access_key/state.ts";
import { fingerprint } from "./fingerprint.ts";
import { finish, pass } from "./turn.ts";
import { recordedIds, Violation, type World } from "./world.ts";
import type { Seed } from "./faults.ts";

/**
 * Lets everything settle without faults, then says what is wrong with the result.
 * @param known situations that are known to settle well; those on the way are added
 */
export function settle(w: World, seed: Seed = {}, known = new Set<number>()): void {
  const way: number[] = [];
  const isKnown = () => {
    const print = fingerprint(w);
    if (known.has(print)) return true;
    way.push(print);
    return false;
  };
  const ended = () => way.forEach((each) => known.add(each));
  // What one worker has begun ends before another may be at the keys of the same user.
  for (const object of seed.together ? [] : w.objects) finish(w, object);
  if (isKnown()) return ended();
  for (let turn = 0; turn < 40; turn++) {
    const decisions: (KeyDecision | undefined)[] = [];
    for (const object of w.objects) {
      const decision = pass(w, object, {}, { seed, stop: isKnown });
      if (decision === "stopped") return ended();
      decisions.push(decision);
    }
    const soon = decisions.flatMap((decision) => decision?.nextAt ?? []).filter((at) =>
      at <= w.now + w.skew + 20 * 60_000
    );
    if (decisions.some((decision) => decision === undefined)) {
      w.now += 30_000;
    } else if (soon.length > 0) {
      w.now = Math.max(Math.min(...soon) - w.skew, w.now + 1_000);
    } else {
      atRest(w, decisions as KeyDecision[]);
      return ended();
    }
    if (isKnown()) return ended();
  }
  throw new Violation("It does not come to rest");
}

function atRest(w: World, decisions: readonly KeyDecision[]): void {
  const problems = decisions.map(({ problem }) => problem?.reason);
  const recorded = w.objects.flatMap(recordedIds);
  const leaked = Object.values(w.users).flat().filter(({ id, by }) => by === "us" && !recorded.includes(id));
  // A leaked key that a person's key hides is the documented exception: a person decides, and what is left is theirs.
  if (
    leaked.length > 0 && !problems.includes("KeyOwnershipUnclear") && !w.unclear
  ) {
    throw new Violation(`${leaked.map(({ id }) => id)} leaked`);
  }
  w.objects.forEach((object, index) => {
    if (object.deleted && problems[index] === undefined) {
      const left = Object.values(w.users).flat().filter(({ id, by }) =>
        by === "us" && recordedIds(object).includes(id)
      );
      // A pair that was being kept when a person took the ledger away is left to the garbage collector.
      const secrets = Object.keys(object.secrets).filter((name) => !w.ledgerTaken || !name.includes("-previous-"));
      if (left.length > 0 || secrets.length > 0) {
        throw new Violation(`${object.name} left something`);
      }
    }
    if (object.deleted) return;
    const held = object.secrets[`${object.name}-credentials`]?.id;
    const works = Object.values(w.users).flat().some(({ id, active }) => id === held && active);
    if (!works && problems[index] === undefined) {
      throw new Violation(`${object.name} is in order without a working key`);
    }
  });
}
