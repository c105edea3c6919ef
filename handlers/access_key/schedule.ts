import type { KeyInput, KeyStatus, RecordedKey } from "./state.ts";

const DAY_MS = 86_400_000;

/** How long an old key goes on working beside its successor, milliseconds: never into the next rotation. */
export function overlapMs({ intervalDays, previousKeysRetentionDays }: KeyInput["rotate"]): number {
  return Math.min(intervalDays, previousKeysRetentionDays) * DAY_MS;
}

/** True: the next rotation comes before the retention is over. */
export function isShortened({ intervalDays, previousKeysRetentionDays }: KeyInput["rotate"]): boolean {
  return intervalDays < previousKeysRetentionDays;
}

/** How long a deactivated key is kept, milliseconds: who still used it is heard of while it can be switched on again. */
export const DEACTIVATED_MS = 60_000;

/** Without a call for this long a key is not in use any more, milliseconds; IAM tells of a call some time later. */
const UNUSED_MS = DAY_MS;

/** The user's key in use, beside which the older ones wait to go. */
interface Successor {
  readonly current?: RecordedKey;
}

/** When the key may go, milliseconds since the epoch; at once when the object has moved to another user. */
export function retirementDue(input: KeyInput, view: Successor, key: RecordedKey): number {
  const { over, atMost } = retirementTimes(input, view, key);
  return Math.max(over, Math.min(atMost, (input.lastUsed?.[key.id] ?? 0) + UNUSED_MS));
}

/**
 * When the key's overlap is over, and until when, at the most, its use keeps it; milliseconds since the epoch. A key
 * that was deactivated is out of use.
 */
export function retirementTimes(
  { rotate }: Pick<KeyInput, "rotate">,
  { current }: Successor,
  { userName, retiredAt, deactivatedAt }: RecordedKey,
): { readonly over: number; readonly atMost: number } {
  if (current && userName !== current.userName) return { over: 0, atMost: 0 };
  const over = Date.parse(retiredAt ?? "") + overlapMs(rotate);
  return { over, atMost: deactivatedAt ? over : over + (rotate.keepWhileUsedDays ?? 0) * DAY_MS };
}

/** Whether the key rests deactivated for a while before it is deleted; not where it is to go at once. */
export function hasRest({ rotate, cannotDeactivate }: KeyInput, { current }: Successor, key: RecordedKey): boolean {
  return !cannotDeactivate && overlapMs(rotate) > 0 && key.userName === current?.userName;
}

/** When something happens to the retired key next, milliseconds since the epoch. */
export function leavesAt(input: KeyInput, view: Successor, key: RecordedKey): number {
  const due = retirementDue(input, view, key);
  if (!key.deactivatedAt || !hasRest(input, view, key)) return due;
  return Math.max(due, Date.parse(key.deactivatedAt) + DEACTIVATED_MS);
}

/** A fraction of a day that is always the same for one object, milliseconds; spreads what is overdue at take-over. */
export function spreadMs(uid: string): number {
  let hash = 2_166_136_261;
  for (const char of uid) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619) >>> 0;
  return Math.floor(hash / 2 ** 32 * DAY_MS);
}

type Times = Pick<KeyStatus, "firstSeenTime" | "lastRotateTime" | "nextRotateTime" | "rotateIntervalDays">;

/**
 * The times to record for the current key.
 * @param madeAt when a key that the status does not know yet was made; it starts a new interval
 */
export function rotationTimes(input: KeyInput, madeAt: string | undefined): Times {
  const { now, rotate, status, uid } = input;
  const firstSeenTime = status.firstSeenTime ?? new Date(now).toISOString();
  const lastRotateTime = madeAt ?? status.lastRotateTime;
  const known = { firstSeenTime, ...(lastRotateTime !== undefined ? { lastRotateTime } : {}) };
  if (!rotate.enabled) return known;
  const { intervalDays } = rotate;
  const isTakeOver = status.firstSeenTime === undefined && madeAt === undefined;
  // A key of 0.2.x without a time has its interval before it, however old it is (docs/migration.md).
  const since = isTakeOver && status.nextRotateTime === undefined ? firstSeenTime : lastRotateTime ?? firstSeenTime;
  const counted = (Date.parse(since) || now) + intervalDays * DAY_MS;
  // A status of 0.2.x has no interval: its nextRotateTime carries on, even one that somebody moved (docs/migration.md).
  const carriesOn = madeAt === undefined && status.nextRotateTime !== undefined &&
    (status.rotateIntervalDays ?? intervalDays) === intervalDays;
  const planned = carriesOn ? Date.parse(status.nextRotateTime!) || counted : counted;
  const next = isTakeOver && planned <= now ? now + spreadMs(uid) : planned;
  // A time that carries on is kept to the letter, so that nothing is written for its spelling.
  const nextRotateTime = carriesOn && next === Date.parse(status.nextRotateTime!)
    ? status.nextRotateTime!
    : new Date(next).toISOString();
  return { ...known, nextRotateTime, rotateIntervalDays: intervalDays };
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since the epoch; NaN for what is no time, such as `1`, in which `Date.parse` alone sees the year 2001. */
export function requestedAt(rotateAt: string | undefined): number {
  return RFC_3339.test(rotateAt ?? "") ? Date.parse(rotateAt!) : NaN;
}

/** The value of `rotate-at` whose time has come and that was not served yet. */
export function dueRequest({ now, rotateAt }: KeyInput, served: string | undefined): string | undefined {
  return rotateAt !== undefined && rotateAt !== served && requestedAt(rotateAt) <= now ? rotateAt : undefined;
}

/** `yyyymmddhhmmss` in UTC, as names and label values carry it. */
export function stamp(time: string): string {
  return new Date(time).toISOString().replace(/\D/g, "").slice(0, 14);
}
