const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Makes the ids and secrets of the service out of one source of numbers, so that a run can be repeated. */
export class Ids {
  readonly #random: () => number;
  /** Every secret access key that was ever given out, those of deleted keys too. */
  readonly secrets: string[] = [];

  /** @param random numbers from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  accessKeyId(): string {
    return `AKIA${this.#text(UPPER, 16)}`;
  }

  secretAccessKey(): string {
    const secret = this.#text(MIXED, 40);
    this.secrets.push(secret);
    return secret;
  }

  /** @param prefix `AIDA` for users, `ANPA` for managed policies, `AGPA` for groups */
  uniqueId(prefix: string): string {
    return `${prefix}${this.#text(UPPER, 17)}`;
  }

  versionId(): string {
    return this.#text(MIXED, 32);
  }

  uploadId(): string {
    return this.#text(MIXED, 64);
  }

  /** Another one for each answer, as at the real services. */
  requestId(): string {
    return this.#text(UPPER, 16);
  }

  #text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[Math.floor(this.#random() * alphabet.length)]).join("");
  }
}

/** Repeatable numbers from 0 to below 1 (the mulberry32 generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
