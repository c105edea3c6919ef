import type { World } from "./world.ts";

/** Times further off than this are all alike: longer than any interval that a world uses, milliseconds. */
const FAR_MS = 45 * 86_400_000;

/** Nothing that is planned in hours or days depends on less than this, milliseconds. */
const HOUR_MS = 3_600_000;

/** What is older matters no more for itself, until the next hour, milliseconds: all waits but one are a minute or less. */
const OLD_MS = 75_000;

/** The one: an intent is kept for ten minutes after its end, milliseconds. */
const KEPT_MS = 615_000;

/** A call makes its key within this, if at all; times that are further apart are not compared, milliseconds. */
const WINDOW_MS = 16_000;

/** What a text stands for: an id, a time, the name of a Secret with a time in it, or itself. */
interface Word {
  readonly kind: "id" | "time" | "stamped" | "plain";
  /** Milliseconds since the epoch, or a number that no other text has. */
  readonly value: number;
  readonly stamp?: string;
}

/** All texts that were met, so that each is looked at once. */
const words = new Map<string, Word>();

function wordOf(text: string): Word {
  const known = words.get(text);
  if (known) return known;
  const [stamp] = /\d{14}/.exec(text) ?? [];
  const word: Word = /^[KP]\d+$/.test(text)
    ? { kind: "id", value: -9 }
    : /^\d{4}-\d\d-\d\dT[\d:.+Z]+$/.test(text)
    ? { kind: "time", value: Date.parse(text) }
    : stamp
    ? { kind: "stamped", value: wordOf(text.replace(stamp, "")).value, stamp }
    : { kind: "plain", value: words.size };
  words.set(text, word);
  return word;
}

/**
 * A number for what can happen next in a world: the same for worlds that differ only in the names of their keys and in
 * the hour. Times count from now, so that two ways that lead to the same situation meet.
 */
export function fingerprint(w: World): number {
  const { now, skew, users, olderUsers, objects, removed, starts, late, ledgerTaken, unclear } = w;
  const print = new Print(now);
  print.add(skew);
  print.add(users);
  if (olderUsers !== users) print.add(olderUsers);
  for (const { olderStatus, ...object } of objects) {
    print.add(object);
    if (olderStatus !== object.status) print.add(olderStatus);
  }
  print.add([ledgerTaken === true, unclear === true]);
  if (late && late.until >= now) print.add(late);
  for (const start of starts) if (matters(w, start.at)) print.add(start);
  // A deleted key matters while something names it.
  print.add(removed.filter((id) => print.names.includes(id)));
  return print.sum();
}

/** Whether a key may still come of the call, or may be told by it. */
function matters({ now, users, olderUsers }: World, at: number): boolean {
  const isNear = (time: number) => Math.abs(time - at) <= WINDOW_MS;
  if (isNear(now)) return true;
  for (const lists of [users, olderUsers]) {
    for (const name in lists) if (lists[name]!.some(({ createdAt }) => isNear(createdAt))) return true;
  }
  return false;
}

/** 53 bits of a value (cyrb53, over numbers in place of characters), for which ids and times are put in relation. */
class Print {
  /** Ids and stamps, in the order in which they were met. */
  readonly names: string[] = [];
  #a = 0xdeadbeef;
  #b = 0x41c6ce57;
  readonly #now: number;
  readonly #old: number[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  add(value: unknown): void {
    if (typeof value === "string") this.#text(value);
    else if (typeof value === "number") value > 1e12 ? this.#time(value) : this.#mix(value);
    else if (typeof value === "boolean") this.#mix(value ? -1 : -2);
    else if (value === null) this.#mix(-3);
    else if (Array.isArray(value)) this.#list(value);
    else if (value !== undefined) this.#record(value as Record<string, unknown>);
  }

  sum(): number {
    const a = Math.imul(this.#a ^ (this.#a >>> 16), 2_246_822_507) ^
      Math.imul(this.#b ^ (this.#b >>> 13), 3_266_489_909);
    const b = Math.imul(this.#b ^ (this.#b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
  }

  #list(values: readonly unknown[]): void {
    this.#mix(-4);
    for (const each of values) this.add(each);
    this.#mix(-5);
  }

  #record(record: Readonly<Record<string, unknown>>): void {
    this.#mix(-6);
    for (const name in record) {
      const value = record[name];
      if (value === undefined) continue;
      this.#text(name);
      if (name === "completedAt") this.#time(wordOf(String(value)).value, KEPT_MS);
      else this.add(value);
    }
    this.#mix(-7);
  }

  #text(text: string): void {
    const { kind, value, stamp } = wordOf(text);
    if (kind === "time") return this.#time(value);
    this.#mix(value);
    if (kind !== "plain") this.#name(stamp ?? text);
  }

  #name(name: string): void {
    let index = this.names.indexOf(name);
    if (index < 0) index = this.names.push(name) - 1;
    this.#mix(index);
  }

  #time(at: number, oldMs = OLD_MS): void {
    const ms = Math.max(-FAR_MS, Math.min(FAR_MS, at - this.#now));
    this.#mix(-8);
    if (Math.abs(ms) >= HOUR_MS) this.#mix(Math.round(ms / HOUR_MS) * HOUR_MS);
    else this.#mix(Math.max(ms, -oldMs));
    if (ms <= -oldMs) this.#relate(at);
  }

  /** How it lies to the times of long ago that were met before. */
  #relate(at: number): void {
    for (const [index, other] of this.#old.entries()) {
      if (Math.abs(at - other) > WINDOW_MS) continue;
      this.#mix(index);
      this.#mix(at - other);
    }
    this.#old.push(at);
  }

  #mix(code: number): void {
    this.#a = Math.imul(this.#a ^ code, 2_654_435_761);
    this.#a ^= this.#a >>> 15;
    this.#b = Math.imul(this.#b ^ code, 1_597_334_677);
    this.#b ^= this.#b >>> 13;
  }
}
