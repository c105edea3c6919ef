import type { IamKey, KeyIntent, RecordedKey } from "./state.ts";

/** Bound on one CreateAccessKey call, milliseconds from the record of its intent. */
export const CREATE_DEADLINE_MS = 5_000;
/** How far IAM's clock and ours may be apart, milliseconds. */
export const CLOCK_MARGIN_MS = 5_000;
/** How long a completed intent is kept, milliseconds, so that a request that lands late is still swept. */
export const INTENT_KEPT_MS = 600_000;

/** How many calls without an answer are remembered; any two keys fill a user, so older ones have come to light. */
const MAX_EARLIER = 8;

/**
 * When a key made by the call that started at `startMs` can have appeared at the latest, milliseconds since the epoch.
 */
export function windowEnd(startMs: number): number {
  return startMs + CREATE_DEADLINE_MS + CLOCK_MARGIN_MS;
}

/** A call that could not have this long, milliseconds, is not begun. */
const SHORTEST_CALL_MS = 1_000;

/** How long the call of an intent may take from now on, milliseconds; `undefined` when it is too late to begin it. */
export function timeLeft(intent: KeyIntent | undefined, now: number): number | undefined {
  const left = Math.min(CREATE_DEADLINE_MS, Date.parse(intent?.startedAt ?? "") + CREATE_DEADLINE_MS - now);
  return left >= SHORTEST_CALL_MS ? left : undefined;
}

/**
 * True while the call may still be under way. A start in the future is another replica's faster clock: waiting for
 * ours to reach it could take hours, and the process that wrote it is gone.
 */
export function isOpen(startMs: number, now: number): boolean {
  return now >= startMs - CLOCK_MARGIN_MS && now < windowEnd(startMs);
}

/**
 * The keys that the intent's calls may have made: new since then, recorded nowhere, created in a call's window.
 * @param recorded every id that the status or ledger of any AccessKey of the user names
 */
export function candidates(
  intent: KeyIntent,
  keys: readonly IamKey[],
  recorded: ReadonlySet<string>,
): readonly IamKey[] {
  // The call of a completed intent made the key that is recorded; only those before it may have made another.
  const starts = [...intent.completedAt ? [] : [intent.startedAt], ...intent.earlier ?? []].map(Date.parse);
  return keys.filter((key) => !recorded.has(key.id) && isOf(intent, starts, key));
}

/**
 * True when one of the intent's calls may have made the key, that of a completed intent among them.
 * @param current the key in use: what it was made by has made no other
 */
export function couldHaveMade(intent: KeyIntent, key: IamKey, current: RecordedKey | undefined): boolean {
  const isSpent = current !== undefined && !intent.existingIds.includes(current.id) &&
    current.createdAt >= intent.startedAt;
  return isOf(intent, [...isSpent ? [] : [intent.startedAt], ...intent.earlier ?? []].map(Date.parse), key);
}

function isOf({ existingIds }: KeyIntent, starts: readonly number[], { id, createdAt }: IamKey): boolean {
  return createdAt !== undefined && !existingIds.includes(id) &&
    starts.some((start) => createdAt >= start - CLOCK_MARGIN_MS && createdAt <= windowEnd(start));
}

/** The intent for one more call; remembers the starts of the former one's calls. */
export function nextIntent(
  former: KeyIntent | undefined,
  { userName, keys, now }: { readonly userName: string; readonly keys: readonly IamKey[]; readonly now: number },
): KeyIntent {
  const earlier = former?.userName !== userName
    ? []
    : [...former.completedAt ? [] : [former.startedAt], ...former.earlier ?? []];
  return {
    userName,
    existingIds: keys.map(({ id }) => id),
    startedAt: new Date(now).toISOString(),
    ...(earlier.length > 0 ? { earlier: earlier.slice(0, MAX_EARLIER) } : {}),
  };
}
