/** An object in the index: its kind and its work key. */
export interface Referrer {
  readonly kind: string;
  readonly key: string;
}

/** Who refers to what, in reverse: so that what becomes ready wakes exactly its dependants. */
export class ReferenceIndex {
  readonly #byToken = new Map<string, Map<string, Referrer>>();
  readonly #byReferrer = new Map<string, readonly string[]>();

  /** Replaces the tokens that an object refers to; none for an object that is gone. */
  set(referrer: Referrer, tokens: readonly string[]): void {
    const id = `${referrer.kind}/${referrer.key}`;
    for (const token of this.#byReferrer.get(id) ?? []) {
      const referrers = this.#byToken.get(token);
      referrers?.delete(id);
      if (referrers?.size === 0) this.#byToken.delete(token);
    }
    this.#byReferrer.delete(id);
    if (tokens.length === 0) return;
    this.#byReferrer.set(id, tokens);
    for (const token of tokens) {
      const referrers = this.#byToken.get(token) ?? new Map<string, Referrer>();
      this.#byToken.set(token, referrers.set(id, referrer));
    }
  }

  /** The objects that refer to any of the tokens. */
  dependants(tokens: readonly string[]): readonly Referrer[] {
    const found = new Map<string, Referrer>();
    for (const token of tokens) for (const [id, referrer] of this.#byToken.get(token) ?? []) found.set(id, referrer);
    return [...found.values()];
  }
}
