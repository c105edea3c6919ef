import { planKeyDeletion } from "../../../handlers/access_key/plan_delete.ts";
import { planKeys } from "../../../handlers/access_key/planner.ts";
import { mayHaveNext } from "../../../handlers/access_key/record.ts";
import { overlapMs } from "../../../handlers/access_key/schedule.ts";
import type {
  KeyAction,
  KeyDecision,
  KeyInput,
  KeyStatus,
  KeyStatusPatch,
  RecordedKey,
  SecretState,
} from "../../../handlers/access_key/state.ts";
import type { Fault, PassOptions, Seed } from "./faults.ts";
import { CLOCK_MARGIN_MS, windowEnd } from "../../../handlers/access_key/intent.ts";

export const DAY_MS = 86_400_000;

/** A key as IAM really has it. */
export interface TrueKey {
  id: string;
  active: boolean;
  createdAt: number;
  by: "us" | "person";
  /** When another key took its place in the main Secret. */
  displacedAt?: number;
  published?: true;
}

/** One AccessKey object and its Secrets. */
export interface ModelObject {
  name: string;
  userName: string;
  rotate: KeyInput["rotate"];
  rotateAt?: string;
  discardKey?: string;
  status: KeyStatus;
  /** Status before the last write: what a stale store shows. */
  olderStatus: KeyStatus;
  secrets: Record<string, { id: string; ledger?: readonly RecordedKey[] }>;
  fresh?: RecordedKey;
  deleted?: true;
}

/** All that exists: IAM, the cluster, the clock. */
export interface World {
  now: number;
  serial: number;
  users: Record<string, TrueKey[]>;
  /** ListAccessKeys as it was before the last change. */
  olderUsers: Record<string, TrueKey[]>;
  objects: ModelObject[];
  /** Keys that a person deleted: that they do not work cannot be known at once. */
  removed: string[];
  /** A person deleted the main Secret, and the ledger with it. */
  ledgerTaken?: true;
  /** When calls of CreateAccessKey were announced. */
  starts: { userName: string; at: number }[];
}

export class Violation extends Error {}

class Cut extends Error {}

/** A world with one user and objects of it that nothing was done for yet. */
export function world(count = 1, rotate = { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 }): World {
  const objects = Array.from({ length: count }, (_, index): ModelObject => ({
    name: `k${index}`,
    userName: "u",
    rotate,
    status: {},
    olderStatus: {},
    secrets: {},
  }));
  return {
    now: Date.UTC(2026, 0, 1),
    serial: 0,
    users: { u: [] },
    olderUsers: { u: [] },
    objects,
    removed: [],
    starts: [],
  };
}

/**
 * One pass over one object: observe, plan, act, as long as the plan says again. Returns the last decision, if it got so
 * far.
 */
export function pass(
  w: World,
  object: ModelObject,
  options: PassOptions = {},
  seed: Seed = {},
): KeyDecision | undefined {
  let step = 0;
  const { fault } = options;
  for (let round = 0; round < 12; round++) {
    const stale = round === 0 && options.staleStatus === true;
    const status = stale ? object.olderStatus : object.status;
    const input = observe(w, object, { ...options, staleIam: round === 0 && options.staleIam === true, status }, seed);
    const planned = object.deleted ? planKeyDeletion(input) : planKeys(input);
    const decision = seed.decide ? seed.decide(planned, input) : planned;
    try {
      for (const action of decision.actions) {
        const at = { fault: fault?.at === step++ ? fault.kind : undefined, isStale: stale && !seed.unlocked, seed };
        act(w, object, action, at);
      }
      if (fault?.at === step++ && fault.kind !== "refused") throw new Cut(fault.kind);
      if (stale && !seed.unlocked && Object.keys(decision.status).length > 0) throw new Cut("conflict");
      writeStatus(object, decision.status);
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
      if (error.message.startsWith("crash")) delete object.fresh;
      return undefined;
    }
    if (!decision.again) return decision;
  }
  throw new Violation("It does not come to rest within a pass");
}

function observe(
  w: World,
  object: ModelObject,
  { staleIam, status, accepts }: PassOptions & { status: KeyStatus },
  seed: Seed,
): KeyInput {
  const others = w.objects.filter((other) => other !== object && other.userName === object.userName);
  const iam = staleIam ? w.olderUsers : w.users;
  const isRead = object.deleted === true || mayHaveNext(status, iam[object.userName] ?? []);
  const next: SecretState = isRead ? secretState(object, `${object.name}-credentials-next`) : { kind: "absent" };
  const main = secretState(object, `${object.name}-credentials`);
  const candidate = next.kind === "pair" ? next.id : main.kind === "pair" ? main.id : undefined;
  const isReal = Object.values(w.users).flat().some((key) => key.id === candidate);
  return {
    now: w.now,
    name: object.name,
    uid: object.name,
    userName: object.userName,
    rotate: object.rotate,
    ...(object.rotateAt !== undefined ? { rotateAt: object.rotateAt } : {}),
    ...(object.discardKey !== undefined ? { discardKey: object.discardKey } : {}),
    status,
    main,
    next,
    previous: Object.fromEntries(Object.keys(object.secrets).map((name) => [name, secretState(object, name)])),
    iam,
    ...(object.fresh ? { fresh: object.fresh } : {}),
    ...(accepts !== false && isReal && candidate !== undefined ? { proven: candidate } : {}),
    recordedElsewhere: others.flatMap(recordedIds),
    otherStarts: seed.together
      ? []
      : others.flatMap(({ status: { keyIntent } }) =>
        keyIntent && !keyIntent.completedAt ? [Date.parse(keyIntent.startedAt)] : []
      ),
  };
}

function secretState(object: ModelObject, name: string): SecretState {
  const secret = object.secrets[name];
  return secret
    ? { kind: "pair", id: secret.id, ...(secret.ledger ? { ledger: secret.ledger } : {}) }
    : { kind: "absent" };
}

/** Every id that an object's status or ledgers record. */
export function recordedIds({ status, secrets }: ModelObject): readonly string[] {
  const ledgers = Object.values(secrets).flatMap(({ ledger }) => ledger ?? []);
  const keys = [...ledgers, ...status.previousKeys ?? [], ...status.nextKey ? [status.nextKey] : []];
  return [...keys.map(({ id }) => id), ...status.accessKeyId ? [status.accessKeyId] : []];
}

/** Carries out one action; a fault says whether it takes effect and whether anybody hears of it. */
function act(
  w: World,
  object: ModelObject,
  action: KeyAction,
  { fault, isStale, seed }: { readonly fault: Fault | undefined; readonly isStale: boolean; readonly seed: Seed },
): void {
  if (fault === "crash before" || fault === "refused") throw new Cut(fault);
  if (isStale) throw new Cut("conflict");
  switch (action.do) {
    case "writeIntent":
      writeStatus(object, { keyIntent: action.intent });
      w.starts.push({ userName: action.intent.userName, at: Date.parse(action.intent.startedAt) });
      break;
    case "createKey": {
      const key = create(w, action.userName);
      if (seed.together) meanwhile(w, object, seed);
      if (fault && fault !== "not stored") throw new Cut(fault);
      object.fresh = { ...key, ...(action.request !== undefined ? { request: action.request } : {}) };
      if (fault) throw new Cut(fault);
      store(w, object, object.fresh, action.into, action.previous);
      break;
    }
    case "storeKey":
      store(w, object, action.key, action.into, action.previous);
      break;
    case "preservePrevious":
      object.secrets[action.secretName] = { id: action.key.id };
      break;
    case "publish":
      publish(w, object, action.key.id, action.ledger);
      break;
    case "deactivate":
      change(w, action.userName, (keys) => keys.map((key) => key.id === action.id ? { ...key, active: false } : key));
      break;
    case "revoke":
      revoke(w, object, action);
      if (object.fresh?.id === action.id) delete object.fresh;
      break;
    case "removeSecret":
      delete object.secrets[action.name];
  }
  if (fault) throw new Cut(fault);
}

/** What another worker does while the answer of a call is under way. */
function meanwhile(w: World, object: ModelObject, { together: _, ...seed }: Seed): void {
  w.now += 4_000;
  for (const other of w.objects) if (other !== object) pass(w, other, {}, seed);
}

function create(w: World, userName: string): RecordedKey {
  if (w.users[userName]!.length >= 2) throw new Cut("refused");
  const id = `K${w.serial++}`;
  change(w, userName, (keys) => [...keys, { id, active: true, createdAt: w.now, by: "us" }]);
  return { id, userName, createdAt: iso(w.now) };
}

function store(
  w: World,
  object: ModelObject,
  key: RecordedKey,
  into: "main" | "next",
  previous: readonly RecordedKey[],
) {
  if (into === "main") publish(w, object, key.id, [key, ...previous]);
  else object.secrets[`${object.name}-credentials-next`] = { id: key.id, ledger: [key] };
  delete object.fresh;
}

function publish(w: World, object: ModelObject, id: string, ledger: readonly RecordedKey[]) {
  const keys = Object.values(w.users).flat();
  const key = keys.find((each) => each.id === id);
  if (!key?.active && !w.removed.includes(id)) throw new Violation(`${id} is published although it does not work`);
  const name = `${object.name}-credentials`;
  const before = keys.find((each) => each.id === object.secrets[name]?.id);
  if (before && before !== key) before.displacedAt = w.now;
  if (key) {
    delete key.displacedAt;
    key.published = true;
  }
  object.secrets[name] = { id, ledger };
}

function revoke(w: World, object: ModelObject, { userName, id }: { userName: string; id: string }) {
  const keys = w.users[userName] ?? [];
  const key = keys.find((each) => each.id === id);
  if (!key) return;
  const isAllowed = object.discardKey === id || object.deleted === true;
  const holder = w.objects.find(({ name, secrets }) => secrets[`${name}-credentials`]?.id === id);
  if (holder && !isAllowed && key.by === "us") throw new Violation(`${id} is revoked while the main Secret holds it`);
  if (holder && holder !== object) throw new Violation(`${id} of another object is revoked`);
  const inWindow = w.starts.some((start) =>
    start.userName === userName && key.createdAt >= start.at - CLOCK_MARGIN_MS && key.createdAt <= windowEnd(start.at)
  );
  if (key.by === "person" && object.discardKey !== id && !inWindow) throw new Violation(`a person's ${id} is revoked`);
  const until = (key.displacedAt ?? 0) + overlapMs(object.rotate);
  if (!isAllowed && key.published && userName === object.userName && key.active && w.now < until) {
    throw new Violation(`${id} is revoked before its overlap is over`);
  }
  change(w, userName, (list) => list.filter((each) => each.id !== id));
}

/** Changes a user's keys, keeping the former list for stale reads. */
export function change(w: World, userName: string, edit: (keys: TrueKey[]) => TrueKey[]): void {
  w.olderUsers = w.users;
  w.users = { ...w.users, [userName]: edit(w.users[userName] ?? []) };
}

function writeStatus(object: ModelObject, patch: KeyStatusPatch): void {
  if (Object.keys(patch).length === 0) return;
  object.olderStatus = object.status;
  const merged = Object.entries({ ...object.status, ...patch }).filter(([, value]) => value !== null);
  object.status = Object.fromEntries(merged);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
