import { change, DAY_MS, pass, Violation, type World } from "./world.ts";
import type { Fault, PassOptions, Seed } from "./faults.ts";
import { settle } from "./settle.ts";

/** One thing that may happen in a world; `apply` changes it in place and returns false when it cannot happen there. */
export interface Move {
  readonly name: string;
  apply(w: World, seed: Seed): boolean;
}

const FAULTS: readonly Fault[] = ["crash before", "crash after", "reply lost", "refused", "not stored"];

/** All moves for a number of objects; the faults hit each of the first `boundaries` actions of a pass. */
export function moves(objects: number, boundaries: number): readonly Move[] {
  const passes: { name: string; options: PassOptions }[] = [
    { name: "pass", options: {} },
    { name: "pass, the key not accepted yet", options: { accepts: false } },
    { name: "pass on a stale list of keys", options: { staleIam: true } },
    { name: "pass on a stale status", options: { staleStatus: true } },
  ];
  for (const kind of FAULTS) {
    for (let at = 0; at < boundaries; at++) {
      passes.push({ name: `pass, ${kind} ${at}`, options: { fault: { at, kind } } });
    }
  }
  return [
    ...Array.from({ length: objects }, (_, index) =>
      passes.map(({ name, options }): Move => ({
        name: `k${index} ${name}`,
        apply: (w, seed) => {
          pass(w, w.objects[index]!, options, seed);
          return true;
        },
      }))).flat(),
    ...[7_000, 12_000, 61_000, 11 * 60_000, 8 * DAY_MS, 31 * DAY_MS].map((ms): Move => ({
      name: `${ms / 1000} s pass`,
      apply: (w) => {
        w.now += ms;
        return true;
      },
    })),
    { name: "a person adds a key", apply: addKey },
    { name: "a person deletes the newest key", apply: (w) => deleteKey(w, -1) },
    { name: "a person deletes the oldest key", apply: (w) => deleteKey(w, 0) },
    { name: "a person deletes the main Secret", apply: deleteMain },
    { name: "the status is lost", apply: loseStatus },
    { name: "the object is deleted", apply: deleteObject },
  ];
}

function addKey(w: World): boolean {
  if (w.users["u"]!.length >= 2) return false;
  const id = `P${w.serial++}`;
  change(w, "u", (keys) => [...keys, { id, active: true, createdAt: w.now, by: "person" }]);
  return true;
}

function deleteKey(w: World, index: number): boolean {
  const id = w.users["u"]!.at(index)?.id;
  if (id === undefined) return false;
  change(w, "u", (keys) => keys.filter((key) => key.id !== id));
  w.removed.push(id);
  return true;
}

function deleteMain(w: World): boolean {
  const object = w.objects[0]!;
  // With the status lost too nothing records the keys any more, which no operator could mend.
  if (object.status.accessKeyId === undefined) return false;
  w.ledgerTaken = true;
  return delete object.secrets[`${object.name}-credentials`];
}

function loseStatus(w: World): boolean {
  const object = w.objects[0]!;
  const { keyIntent: _, ...rest } = object.status;
  // An open intent exists in the status alone; and a Secret must be there to recover from.
  if (!object.secrets[`${object.name}-credentials`] || object.status.keyIntent?.completedAt === undefined) return false;
  if (Object.keys(rest).length === 0) return false;
  object.olderStatus = object.status = {};
  return true;
}

function deleteObject(w: World): boolean {
  if (w.objects[0]!.deleted) return false;
  w.objects[0]!.deleted = true;
  return true;
}

/** What the exploration found. */
export interface Findings {
  readonly states: number;
  /** The shortest script that breaks an invariant. */
  readonly violation?: { readonly script: readonly string[]; readonly message: string };
}

/** Tries all sequences of moves up to `depth`, breadth first, each distinct world once, and settles every one. */
export function explore(
  start: World,
  { all, depth, seed = {} }: { readonly all: readonly Move[]; readonly depth: number; readonly seed?: Seed },
): Findings {
  const seen = new Set([print(start)]);
  let frontier: { w: World; script: readonly string[] }[] = [{ w: start, script: [] }];
  for (let level = 0; level < depth; level++) {
    const following: typeof frontier = [];
    for (const { w, script } of frontier) {
      for (const move of all) {
        const copy = structuredClone(w);
        const longer = [...script, move.name];
        try {
          if (!move.apply(copy, seed)) continue;
          const fingerprint = print(copy);
          if (seen.has(fingerprint)) continue;
          seen.add(fingerprint);
          settle(structuredClone(copy), seed);
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          return { states: seen.size, violation: { script: longer, message: error.message } };
        }
        following.push({ w: copy, script: longer });
      }
    }
    frontier = following;
  }
  return { states: seen.size };
}

/** A world as text, ids numbered in the order of their appearance, so that equal worlds look equal. */
function print(w: World): string {
  const ids = new Map<string, string>();
  return JSON.stringify({ ...w, serial: 0 }).replace(/"([KP])\d+"/g, (id, by: string) => {
    if (!ids.has(id)) ids.set(id, `${by}${ids.size}`);
    return ids.get(id)!;
  });
}
