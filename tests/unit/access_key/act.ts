import { CLOCK_MARGIN_MS, timeLeft, windowEnd } from "../../../handlers/access_key/intent.ts";
import { completed } from "../../../handlers/access_key/plan_intent.ts";
import { overlapMs } from "../../../handlers/access_key/schedule.ts";
import type { KeyAction, RecordedKey } from "../../../handlers/access_key/state.ts";
import {
  change,
  DAY_MS,
  type ModelObject,
  type Pending,
  type TrueKey,
  Violation,
  type World,
  writeStatus,
} from "./world.ts";

/** A step that came to nothing, or of which nobody heard. */
export class Cut extends Error {}

/** Most that two clocks are apart in a world, milliseconds. */
const SKEW_MS = 8_000;

/** Carries out one action, of a creation the half up to its answer. */
export function act(w: World, object: ModelObject, pending: Pending, action: KeyAction): void {
  switch (action.do) {
    case "writeIntent":
      if (pending.outdated) throw new Cut("conflict");
      return announce(w, object, action);
    case "createKey": {
      if (timeLeft(object.status.keyIntent, w.now + w.skew) === undefined) throw new Cut("conflict");
      const key = create(w, object, action.userName);
      pending.made = { ...key, ...(action.request !== undefined ? { request: action.request } : {}) };
      return;
    }
    case "storeKey":
      return store(w, object, pending, action);
    case "preservePrevious":
      object.secrets[action.secretName] ??= { id: action.key.id };
      return;
    case "publish":
      return publish(w, object, pending, { id: action.key.id, ledger: action.ledger, proofNeeded: true });
    case "deactivate":
      checkEnd(w, object, action);
      return change(
        w,
        action.userName,
        (keys) => keys.map((key) => key.id === action.id ? { ...key, active: false } : key),
      );
    case "revoke":
      checkEnd(w, object, action);
      change(w, action.userName, (keys) => keys.filter((key) => key.id !== action.id));
      if (object.fresh?.id === action.id) delete object.fresh;
      return;
    case "removeSecret":
      delete object.secrets[action.name];
  }
}

/** The intent of a new call begins when it is written, whatever came before. */
function announce(w: World, object: ModelObject, { intent, opens }: KeyAction & { do: "writeIntent" }): void {
  const at = w.now + w.skew;
  writeStatus(object, { keyIntent: opens ? { ...intent, startedAt: new Date(at).toISOString() } : intent });
  if (opens) w.starts.push({ userName: intent.userName, at });
}

/** The call is sent, and whoever sent it is gone. */
export function send(w: World, object: ModelObject): never {
  const { keyIntent } = object.status;
  const left = timeLeft(keyIntent, w.now + w.skew);
  if (left !== undefined) w.late = { userName: keyIntent!.userName, until: w.now + left };
  throw new Cut("crash");
}

/** The call of a leader that is gone takes effect. */
export function land(w: World, userName: string): void {
  delete w.late;
  const keys = w.users[userName]!;
  if (keys.length < 2) change(w, userName, () => [...keys, made(w)]);
}

function made(w: World): TrueKey {
  return { id: `K${w.serial++}`, active: true, createdAt: w.now, by: "us" };
}

function create(w: World, object: ModelObject, userName: string): RecordedKey {
  if (w.users[userName]!.length >= 2) {
    const { keyIntent } = object.status;
    if (keyIntent) writeStatus(object, { keyIntent: completed(keyIntent, w.now + w.skew) });
    // Nothing can come of it, so no key is told by it.
    w.starts = w.starts.filter(({ at }) => at !== Date.parse(keyIntent?.startedAt ?? ""));
    throw new Cut("refused");
  }
  const key = made(w);
  change(w, userName, (keys) => [...keys, key]);
  return { id: key.id, userName, createdAt: new Date(w.now + w.skew).toISOString() };
}

/** Puts a new pair into its Secret. */
export function store(w: World, object: ModelObject, pending: Pending, { key, into, previous }: {
  readonly key: RecordedKey;
  readonly into: "main" | "next";
  readonly previous: readonly RecordedKey[];
}): void {
  const name = `${object.name}-credentials-next`;
  if (into === "main") {
    publish(w, object, pending, { id: key.id, ledger: [key, ...previous], proofNeeded: false });
  } else {
    if (object.secrets[name]?.id !== pending.next) throw new Cut("conflict");
    object.secrets[name] = { id: key.id, ledger: [key] };
    pending.next = key.id;
  }
  delete object.fresh;
}

function publish(w: World, object: ModelObject, pending: Pending, { id, ledger, proofNeeded }: {
  readonly id: string;
  readonly ledger: readonly RecordedKey[];
  readonly proofNeeded: boolean;
}): void {
  const name = `${object.name}-credentials`;
  if (object.secrets[name]?.id !== pending.main) throw new Cut("conflict");
  const keys = Object.values(w.users).flat();
  const key = keys.find((each) => each.id === id);
  if (!key?.active && !w.removed.includes(id)) throw new Violation(`${id} is published although it does not work`);
  const before = keys.find((each) => each.id === object.secrets[name]?.id);
  if (before?.active && before !== key && proofNeeded && pending.proven !== id && !key?.published) {
    throw new Violation(`${id} replaces a key that works, and is not proven`);
  }
  if (before && before !== key) before.displacedAt = w.now;
  if (key) {
    delete key.displacedAt;
    key.published = true;
  }
  object.secrets[name] = { id, ledger };
  pending.main = id;
}

/** Whether the key may be deactivated or deleted now. */
function checkEnd(
  w: World,
  object: ModelObject,
  { userName, id, do: what }: KeyAction & { do: "deactivate" | "revoke" },
) {
  const key = w.users[userName]?.find((each) => each.id === id);
  if (!key) return;
  const isAllowed = object.discardKey === id || object.deleted === true;
  const holder = w.objects.find(({ name, secrets }) => secrets[`${name}-credentials`]?.id === id);
  if (holder && !isAllowed && key.by === "us") throw new Violation(`${id}: ${what} while the main Secret holds it`);
  if (holder && holder !== object) throw new Violation(`${id} of another object: ${what}`);
  if (key.by === "person" && object.discardKey !== id && !isInWindow(w, userName, key)) {
    throw new Violation(`a person's ${id}: ${what}`);
  }
  const over = (key.displacedAt ?? 0) + overlapMs(object.rotate);
  const atMost = over + (object.rotate.keepWhileUsedDays ?? 0) * DAY_MS;
  const until = Math.max(over, Math.min(atMost, (key.usedAt ?? 0) + DAY_MS)) - SKEW_MS;
  if (!isAllowed && key.published && userName === object.userName && key.active && w.now < until) {
    throw new Violation(`${id}: ${what} before its overlap is over, or while it is used`);
  }
}

/** Whether one of our announced calls may have made the key. */
function isInWindow(w: World, userName: string, key: TrueKey): boolean {
  return w.starts.some((start) => start.userName === userName && isMadeBy(start, key));
}

/** Whether the call that was announced then may have made the key. */
export function isMadeBy({ at }: World["starts"][number], { createdAt }: TrueKey): boolean {
  return createdAt >= at - CLOCK_MARGIN_MS && createdAt <= windowEnd(at);
}
