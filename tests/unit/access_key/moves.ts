import type { Fault, LookOptions, Seed } from "./faults.ts";
import { land } from "./act.ts";
import { look, step } from "./turn.ts";
import { change, DAY_MS, type ModelObject, type Pending, type World } from "./world.ts";

/** One thing that may happen in a world; `apply` changes it in place and returns false when it cannot happen there. */
export interface Move {
  readonly name: string;
  /** Part of an undisturbed run: a worker that looks and does its steps, time that goes by. */
  readonly usual?: true;
  /** What a worker does when nothing disturbs it: the way to rest begins with it, where it changes anything. */
  readonly settles?: true;
  apply(w: World, seed: Seed): boolean;
}

const LOOKS: Readonly<Record<string, LookOptions>> = {
  "looks": {},
  "looks, the new key is not accepted yet": { accepts: false },
  "looks at a stale list of keys": { staleIam: true },
  "looks at a stale status": { staleStatus: true },
};

const STEPS: Readonly<Record<string, Fault | undefined>> = {
  "step done": undefined,
  "crash before the step": "crash before",
  "crash after the step": "crash after",
  "the step's reply is lost": "reply lost",
  "the step is refused": "refused",
  "another leader takes over while the step's call is on its way": "overtaken",
};

const WAITS = {
  "4 s": 4_000,
  "12 s": 12_000,
  "61 s": 61_000,
  "11 min": 660_000,
  "8 days": 8 * DAY_MS,
  "31 days": 31 * DAY_MS,
};

/** The clock of the next leader against IAM's. */
const SKEWS = { "behind": -4_000, "ahead": 4_000 };

/** All moves for a number of objects of one user. */
export function moves(objects: number): readonly Move[] {
  return [
    ...Array.from({ length: objects }, (_, index) => worker(index)).flat(),
    ...Object.entries(WAITS).map(([name, ms]): Move => ({
      name: `${name} pass`,
      usual: true,
      apply: (w) => {
        // Between two steps of a pass there is no time to speak of, and a call has five seconds.
        if (ms > 60_000 && w.objects.some(({ pending }) => pending)) return false;
        if (ms > 4_000 && w.objects.some(({ pending }) => pending?.made)) return false;
        w.now += ms;
        // IAM's lists lag behind by seconds, not by many minutes.
        if (ms > 600_000) w.olderUsers = w.users;
        return true;
      },
    })),
    ...Object.entries(SKEWS).map(([name, skew]): Move => ({
      name: `the leader changes to one whose clock is ${name}`,
      apply: (w) => {
        w.skew = skew;
        for (const object of w.objects) {
          delete object.fresh;
          delete object.pending;
        }
        return true;
      },
    })),
    { name: "the call that was on its way takes effect", usual: true, apply: landCall },
    { name: "the old key is used", usual: true, apply: useOld },
    { name: "a person adds a key", apply: addKey },
    { name: "a person deletes the newest key", apply: (w) => deleteKey(w, -1) },
    { name: "a person deletes the oldest key", apply: (w) => deleteKey(w, 0) },
    { name: "a person deletes the main Secret", apply: deleteMain },
    { name: "the status is lost", apply: loseStatus },
    { name: "the object is deleted", apply: deleteObject },
  ];
}

function worker(index: number): readonly Move[] {
  return [
    ...Object.entries(LOOKS).map(([name, options]): Move => ({
      name: `k${index} ${name}`,
      ...(Object.keys(options).length === 0 ? { usual: true, settles: true } : {}),
      apply: (w, seed) => {
        const object = w.objects[index]!;
        if (!isFree(w, object, seed) || (options.staleStatus && object.olderStatus === object.status)) return false;
        if (options.staleIam && w.olderUsers === w.users) return false;
        look(w, object, options, seed);
        return true;
      },
    })),
    ...Object.entries(STEPS).map(([name, fault]): Move => ({
      name: `k${index} ${name}`,
      ...(fault === undefined ? { usual: true, settles: true } : {}),
      apply: (w) => {
        const object = w.objects[index]!;
        if (!object.pending || (fault === "overtaken" && (isLate(w) || !isCall(object.pending)))) return false;
        step(w, object, fault);
        return true;
      },
    })),
  ];
}

/** Whether the next step is the one call that must not be repeated. */
function isCall({ actions, at, made }: Pending): boolean {
  return !made && actions[at]?.do === "createKey";
}

/** The keys of one user are worked on for one object at a time (handlers/access_key/lock.ts). */
function isFree(w: World, object: ModelObject, seed: Seed): boolean {
  return !object.pending && (seed.together === true || w.objects.every(({ pending }) => !pending));
}

function landCall(w: World): boolean {
  if (!isLate(w)) return false;
  land(w, w.late!.userName);
  return true;
}

/** Whether a call of a former leader may still take effect. */
function isLate({ late, now }: World): boolean {
  return late !== undefined && now <= late.until;
}

function useOld(w: World): boolean {
  const old = w.users["u"]!.find(({ active, displacedAt }) => active && displacedAt !== undefined);
  // What is used after the operator has asked about it is used too late.
  if (!old || !w.objects[0]!.rotate.keepWhileUsedDays || w.objects.some(({ pending }) => pending)) return false;
  old.usedAt = w.now;
  return true;
}

function addKey(w: World): boolean {
  if (w.users["u"]!.length >= 2) return false;
  const id = `P${w.serial++}`;
  change(w, "u", (keys) => [...keys, { id, active: true, createdAt: w.now, by: "person" }]);
  return true;
}

function deleteKey(w: World, index: number): boolean {
  const keys = w.users["u"]!;
  const id = keys.at(index)?.id;
  if (id === undefined || (index < 0 && keys.length === 1)) return false;
  change(w, "u", (list) => list.filter((key) => key.id !== id));
  w.removed.push(id);
  return true;
}

function deleteMain(w: World): boolean {
  const object = w.objects[0]!;
  // With the status lost too nothing records the keys any more, which no operator could mend.
  if (object.status.accessKeyId === undefined || !object.secrets[`${object.name}-credentials`]) return false;
  w.ledgerTaken = true;
  return delete object.secrets[`${object.name}-credentials`];
}

function loseStatus(w: World): boolean {
  const object = w.objects[0]!;
  const { keyIntent: _, ...rest } = object.status;
  // An open intent exists in the status alone; and a Secret must be there to recover from.
  const { completedAt, earlier } = object.status.keyIntent ?? {};
  if (!object.secrets[`${object.name}-credentials`] || completedAt === undefined || earlier) return false;
  if (Object.keys(rest).length === 0) return false;
  object.olderStatus = object.status = {};
  if (object.pending) object.pending.outdated = true;
  return true;
}

function deleteObject(w: World): boolean {
  if (w.objects[0]!.deleted) return false;
  w.objects[0]!.deleted = true;
  return true;
}
