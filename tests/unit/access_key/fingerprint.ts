import type { World } from "./world.ts";

/** Times further off than this are all alike: longer than any interval that a world uses, milliseconds. */
const FAR_MS = 45 * 86_400_000;

/** Nothing that is planned in hours or days depends on less than this, milliseconds. */
const HOUR_MS = 3_600_000;

const VOLATILE = /"([KP]\d+)"|"(\d{4}-\d\d-\d\dT[\d:.+Z]+)"|(?<=[:\[,])(\d{13})(?=[,\]}])|(\d{14})/g;

/**
 * A number for what can happen next in a world: the same for worlds that differ only in the names of their keys and in
 * the hour. Times count from now, so that two ways that lead to the same situation meet.
 */
export function fingerprint(w: World): number {
  const { now, skew, users, olderUsers, objects, removed, starts, ledgerTaken, unclear } = w;
  const text = JSON.stringify([
    skew,
    users,
    olderUsers === users ? 0 : olderUsers,
    objects.map((object) => object.olderStatus === object.status ? { ...object, olderStatus: 0 } : object),
    ledgerTaken,
    unclear,
  ]);
  // A start matters while a key may still be told by it, a deleted key while something names it.
  const rest = JSON.stringify([
    starts.filter(({ at }) => now - at < 60_000 || text.includes(`"createdAt":${Math.floor(at / 100_000)}`)),
    removed.filter((id) => text.includes(`"${id}"`)),
  ]);
  const names = new Map<string, string>();
  const named = (id: string) => {
    if (!names.has(id)) names.set(id, `${id[0]}${names.size}`);
    return names.get(id)!;
  };
  const relative = (at: number) => {
    const ms = Math.max(-FAR_MS, Math.min(FAR_MS, at - now));
    return `${Math.abs(ms) < HOUR_MS ? ms : Math.round(ms / HOUR_MS) * HOUR_MS}`;
  };
  const normal = (text + rest).replace(VOLATILE, (_, id, iso, ms, stamp) => {
    if (id) return named(id);
    if (iso) return relative(Date.parse(iso));
    return ms ? relative(Number(ms)) : named(`S${stamp}`);
  });
  return hash(normal);
}

/** 53 bits of a text (cyrb53). */
function hash(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
