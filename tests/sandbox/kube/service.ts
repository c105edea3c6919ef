import type { Resource, Resources } from "./resource.ts";
import type { Storage } from "./storage.ts";

/** What every operation works with. */
export interface Service {
  readonly storage: Storage;
  readonly resources: Resources;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Makes uids and the ends of generated names. */
  readonly random: () => number;
  readonly behaviour: Behaviour;
}

/** May be changed while it runs. */
export interface Behaviour {
  /**
   * A watch from a forgotten version: `event` is 200 with an ERROR event, as the server does mostly; `status` is 410.
   */
  expiredWatch: "event" | "status";
  /** Between two bookmarks of a watch that asked for them, milliseconds. */
  bookmarkMs: number;
  /** How long a background job waits before it looks, milliseconds. */
  backgroundMs: number;
}

/** A request with its resource known and its body read. */
export interface Call {
  readonly service: Service;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly headers: Headers;
  /** For the `Warning` headers of the answer. */
  readonly warnings: string[];
}

/** A random uid that a seed repeats. */
export function newUid(random: () => number): string {
  const digits = Array.from({ length: 32 }, (_, index) => {
    if (index === 12) return "4";
    const value = Math.floor(random() * 16);
    return (index === 16 ? 8 + (value & 3) : value).toString(16);
  }).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
