import { equal } from "../../lib/equal.ts";
import { couldHaveMade } from "./intent.ts";
import { rotationPhase } from "./phase.ts";
import { rotationTimes } from "./schedule.ts";
import type { IamKey, KeyInput, KeyIntent, KeyStatus, KeyStatusPatch, RecordedKey } from "./state.ts";

/** How long a new key may be missing from ListAccessKeys, milliseconds: IAM is eventually consistent. */
export const GRACE_MS = 60_000;

/** What is known of the keys once the Secrets' ledgers have mended the status. */
export interface KeyView {
  /** The key of ours that the main Secret holds. */
  readonly current?: RecordedKey;
  /** True: `current` is active at IAM, or so new that it may not be listed yet. */
  readonly working: boolean;
  /** The key that should be current but whose pair the main Secret no longer holds. */
  readonly lost?: RecordedKey;
  /** True: a person put a previous pair back into the main Secret, so its ledger is to be written anew. */
  readonly rolledBack: boolean;
  /** A new key that is not published yet; its pair is in the next Secret if `nextStored`. */
  readonly next?: RecordedKey;
  readonly nextStored: boolean;
  /** Retired keys that IAM still has, or that left a record to be cleared. */
  readonly previous: readonly RecordedKey[];
  /** Those of them that IAM no longer has, whose record and Secret may go. */
  readonly gone: readonly RecordedKey[];
  /** Every key that is recorded as ours, current, retired and not yet published ones. */
  readonly recorded: readonly RecordedKey[];
}

/**
 * Recovers what is ours. A ledger beats the status, because it is written together with the pair; a Secret of 0.2.x
 * has none, so there the status is the record, and with the status lost too, the live key that the Secret holds.
 */
export function recover(input: KeyInput): KeyView {
  const { main, next: staged, status, now } = input;
  const ledger = main.kind === "pair" || main.kind === "damaged" ? main.ledger : undefined;
  const entries = ledger ?? recordedInStatus(input);
  const held = main.kind === "pair" ? entries.find(({ id }) => id === main.id) : undefined;
  const intended = entries.find(({ retiredAt }) => retiredAt === undefined);
  const rolledBack = held?.retiredAt !== undefined && keyAt(input, held)?.active === true;
  const current = held && (held.retiredAt === undefined || rolledBack) ? held : undefined;
  const retired = entries.filter(({ id, retiredAt }) => retiredAt !== undefined && id !== current?.id)
    .map((key) => withRest(key, status));
  // A status that has not seen this ledger yet tracks all of it; else what it no longer names was cleared before.
  const isSeen = status.accessKeyId === intended?.id;
  const tracked = new Set((isSeen ? status.previousKeys ?? [] : retired).map(idOf));
  const isPresent = (key: RecordedKey) => keyAt(input, key) !== undefined;
  const stagedKey = staged.kind === "pair" || staged.kind === "damaged" ? staged.ledger?.[0] : undefined;
  const next = stagedKey ?? trusted(input, current);
  const recorded = [...entries, ...next ? [next] : [], ...input.fresh ? [input.fresh] : []];
  return {
    ...(current ? { current: unretired(current) } : {}),
    working: current !== undefined && isLive(input, current),
    ...(intended && intended !== current ? { lost: intended } : {}),
    rolledBack,
    ...(next ? { next } : {}),
    nextStored: staged.kind === "pair" && staged.id === next?.id,
    previous: retired.filter((key) => isPresent(key) || tracked.has(key.id)),
    gone: retired.filter((key) => !isPresent(key) && tracked.has(key.id) && !isRecent(key, now)),
    recorded,
  };
}

/**
 * Whether the next Secret may be there, so that it must be read: between two states, and where a key is listed beside
 * the current one, which a status that somebody edited may have forgotten.
 */
export function mayHaveNext(status: KeyStatus, keys: readonly IamKey[]): boolean {
  return status.nextKey !== undefined || status.keyIntent !== undefined || status.accessKeyId === undefined ||
    keys.some(({ id }) => id !== status.accessKeyId);
}

/** The key as IAM lists it at its own user. */
export function keyAt({ iam }: KeyInput, { id, userName }: RecordedKey): IamKey | undefined {
  return iam[userName]?.find((key) => key.id === id);
}

/** True when the key works as far as IAM says, or is so new that IAM may not say so yet. */
export function isLive(input: KeyInput, key: RecordedKey): boolean {
  return keyAt(input, key)?.active ?? isNew(key, input.now);
}

/**
 * The keys that a newly published one displaces, as retired entries. A key that the list does not show is among them:
 * the list may be stale, and a record too many costs nothing.
 */
export function retiredNow(input: KeyInput, view: KeyView, secretName?: string): readonly RecordedKey[] {
  const displaced = view.rolledBack ? [view.lost] : [view.current, view.lost];
  return displaced.filter((key) => key !== undefined).map((key) => ({
    ...key,
    retiredAt: new Date(input.now).toISOString(),
    ...(secretName !== undefined && key === view.current ? { secretName } : {}),
  }));
}

/**
 * The next key that the status names, if an intent bears it out: a status that somebody edited must not lead to the
 * deletion of a key that we did not make.
 */
function trusted(input: KeyInput, current: RecordedKey | undefined): RecordedKey | undefined {
  const { nextKey, keyIntent } = input.status;
  if (!nextKey || keyIntent?.userName !== nextKey.userName) return undefined;
  const listed = keyAt(input, nextKey);
  return !listed || couldHaveMade(keyIntent, listed, current) ? nextKey : undefined;
}

function isRecent(key: RecordedKey, now: number): boolean {
  return isNew(key, now) || (key.retiredAt !== undefined && Math.abs(now - Date.parse(key.retiredAt)) < GRACE_MS);
}

function isNew({ createdAt }: RecordedKey, now: number): boolean {
  return Math.abs(now - Date.parse(createdAt)) < GRACE_MS;
}

function recordedInStatus(input: KeyInput): readonly RecordedKey[] {
  const { status, main, userName, iam } = input;
  const id = status.accessKeyId ??
    (main.kind === "pair" && iam[userName]?.some((key) => key.id === main.id) ? main.id : undefined);
  if (id === undefined) return status.previousKeys ?? [];
  const owner = status.userName ?? userName;
  const createdAt = iam[owner]?.find((key) => key.id === id)?.createdAt ?? Date.parse(status.lastRotateTime ?? "");
  return [
    { id, userName: owner, createdAt: new Date(createdAt || 0).toISOString() },
    ...status.previousKeys ?? [],
  ];
}

/** What a decision changes of the record beside what was recovered. */
export interface RecordChanges {
  readonly intent?: KeyIntent | undefined;
  readonly next?: RecordedKey | undefined;
  readonly previous?: readonly RecordedKey[];
}

/** The status fields that differ from what is known now; `null` removes one. */
export function statusPatch(input: KeyInput, view: KeyView, changes: RecordChanges = {}): KeyStatusPatch {
  const { status, proven } = input;
  const { current } = view;
  const recorded = current ?? view.lost;
  const isNewToStatus = current !== undefined && current.id !== status.accessKeyId &&
    (status.accessKeyId !== undefined || input.main.kind === "pair" && input.main.ledger !== undefined);
  const times = current ? rotationTimes(input, isNewToStatus ? current.createdAt : undefined) : status;
  const previous = changes.previous ?? view.previous;
  const desired: { [K in keyof KeyStatus]?: KeyStatus[K] | undefined } = {
    accessKeyId: recorded?.id,
    userName: recorded?.userName,
    created: current ? true : status.created,
    firstSeenTime: times.firstSeenTime,
    lastRotateTime: times.lastRotateTime,
    nextRotateTime: times.nextRotateTime,
    rotateIntervalDays: times.rotateIntervalDays,
    lastRotateRequest: current?.request ?? status.lastRotateRequest,
    provenKeyId: proven !== undefined && proven === current?.id ? proven : status.provenKeyId,
    keyIntent: "intent" in changes ? changes.intent : status.keyIntent,
    nextKey: "next" in changes ? changes.next : view.next,
    previousKeys: previous.length > 0 ? previous : undefined,
    rotation: rotationPhase(input, {
      current,
      next: "next" in changes ? changes.next : view.next,
      previous,
      nextRotateTime: times.nextRotateTime,
    }),
  };
  const changed = Object.entries(desired).filter(([field, value]) => !equal(value, status[field as keyof KeyStatus]));
  return Object.fromEntries(changed.map(([field, value]) => [field, value ?? null]));
}

function idOf({ id }: RecordedKey): string {
  return id;
}

/** When it was deactivated is in the status alone: a ledger changes only with a pair. */
function withRest(key: RecordedKey, { previousKeys = [] }: KeyStatus): RecordedKey {
  const deactivatedAt = previousKeys.find(({ id }) => id === key.id)?.deactivatedAt;
  return deactivatedAt === undefined ? key : { ...key, deactivatedAt };
}

function unretired({ retiredAt: _, deactivatedAt: __, secretName: ___, ...key }: RecordedKey): RecordedKey {
  return key;
}
