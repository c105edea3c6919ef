import type {
  KeyAction,
  KeyInput,
  KeyStatus,
  KeyStatusPatch,
  RecordedKey,
} from "../../../handlers/access_key/state.ts";

export const DAY_MS = 86_400_000;

/** A key as IAM really has it. */
export interface TrueKey {
  id: string;
  active: boolean;
  createdAt: number;
  by: "us" | "person";
  /** When another key took its place in the main Secret. */
  displacedAt?: number;
  /** When a program signed with it last, after that. */
  usedAt?: number;
  published?: true;
}

/** What an object's worker has planned and not done yet. */
export interface Pending {
  readonly actions: readonly KeyAction[];
  readonly status: KeyStatusPatch;
  /** The action that is next; after the last one the status is written. */
  at: number;
  /** A key at IAM whose answer is on its way. */
  made?: RecordedKey;
  /** The status is not the one that was planned from: what rests on it is refused. */
  outdated?: true;
  /** Key ids in the Secrets as observed: what is written rests on them. */
  main: string | undefined;
  next: string | undefined;
  readonly proven?: string;
}

/** One AccessKey object, its Secrets and its worker. */
export interface ModelObject {
  readonly name: string;
  userName: string;
  rotate: KeyInput["rotate"];
  rotateAt?: string;
  discardKey?: string;
  status: KeyStatus;
  /** Status before the last write: what a stale store shows. */
  olderStatus: KeyStatus;
  secrets: Record<string, { readonly id: string; readonly ledger?: readonly RecordedKey[] }>;
  fresh?: RecordedKey;
  deleted?: true;
  pending?: Pending;
}

/** All that exists: IAM, the cluster, the clocks. */
export interface World {
  /** IAM's clock. */
  now: number;
  /** How far the leader's clock is from IAM's, milliseconds. */
  skew: number;
  serial: number;
  users: Record<string, TrueKey[]>;
  /** ListAccessKeys as it was before the last change. */
  olderUsers: Record<string, TrueKey[]>;
  objects: ModelObject[];
  /** Keys that a person deleted: that they do not work cannot be known at once. */
  removed: string[];
  /** A person deleted the main Secret, and the ledger with it. */
  ledgerTaken?: true;
  /** Two keys were once seen that may be ours: what a person leaves of them counts as a person's own. */
  unclear?: true;
  /** A call of CreateAccessKey of a leader that is gone; it takes effect by then, or not at all. */
  late?: { readonly userName: string; readonly until: number };
  /** When calls of CreateAccessKey were announced, by the leader's clock. */
  starts: { readonly userName: string; readonly at: number }[];
}

export class Violation extends Error {}

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
  const now = Date.UTC(2026, 0, 1);
  return {
    now,
    skew: 0,
    serial: 0,
    users: { u: [], v: [] },
    olderUsers: { u: [], v: [] },
    objects,
    removed: [],
    starts: [],
  };
}

/** A copy of all that moves change in place. */
export function copyOf(w: World): World {
  const users = Object.fromEntries(
    Object.entries(w.users).map(([name, keys]) => [name, keys.map((key) => ({ ...key }))]),
  );
  return {
    ...w,
    users,
    olderUsers: w.olderUsers === w.users ? users : w.olderUsers,
    objects: w.objects.map((object) => ({
      ...object,
      secrets: { ...object.secrets },
      ...(object.pending ? { pending: { ...object.pending } } : {}),
    })),
    removed: [...w.removed],
    starts: [...w.starts],
  };
}

/** Every id that an object's status or ledgers record. */
export function recordedIds({ status, secrets }: ModelObject): readonly string[] {
  const ledgers = Object.values(secrets).flatMap(({ ledger }) => ledger ?? []);
  const keys = [...ledgers, ...status.previousKeys ?? [], ...status.nextKey ? [status.nextKey] : []];
  return [...keys.map(({ id }) => id), ...status.accessKeyId ? [status.accessKeyId] : []];
}

/** Changes a user's keys, keeping the former list for stale reads. */
export function change(w: World, userName: string, edit: (keys: TrueKey[]) => TrueKey[]): void {
  w.olderUsers = w.users;
  w.users = { ...w.users, [userName]: edit(w.users[userName] ?? []) };
}

export function writeStatus(object: ModelObject, patch: KeyStatusPatch): void {
  if (Object.keys(patch).length === 0) return;
  object.olderStatus = object.status;
  const merged = Object.entries({ ...object.status, ...patch }).filter(([, value]) => value !== null);
  object.status = Object.fromEntries(merged);
}
