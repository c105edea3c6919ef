/** What only the answer to CreateAccessKey tells, and when by the service's clock that was. */
interface MadeKey {
  readonly secret: string;
  readonly laterMs: number;
}

/** All keys that were ever given out, and their times on a clock that is moved on now and then. */
export class MadeKeys {
  /** How far the service's clock is ahead of the machine's, milliseconds. */
  laterMs = 0;
  /** By id, the oldest first. */
  readonly #keys = new Map<string, MadeKey>();

  /** @returns `undefined` for a key that was made in another way */
  secretOf(id: string): string | undefined {
    return this.#keys.get(id)?.secret;
  }

  /** Grows from each key to the next. */
  rankOf(id: string): number {
    return [...this.#keys.keys()].indexOf(id);
  }

  forget(): void {
    this.laterMs = 0;
    this.#keys.clear();
  }

  /** An answer of IAM, with its times as of the moved clock; remembers the key that it gives out. */
  answer(text: string): string {
    const [, id] = text.match(/<AccessKeyId>(.*)<\/AccessKeyId>/) ?? [];
    const [, secret] = text.match(/<SecretAccessKey>(.*)<\/SecretAccessKey>/) ?? [];
    if (id !== undefined && secret !== undefined) this.#keys.set(id, { secret, laterMs: this.laterMs });
    return text.replaceAll(/<member>[^]*?<\/member>|<AccessKey>[^]*?<\/AccessKey>/g, (key) => this.#dated(key));
  }

  /** The date header of an answer. */
  date(real: string): string {
    return new Date(Date.parse(real) + this.laterMs).toUTCString();
  }

  #dated(key: string): string {
    const [, id = ""] = key.match(/<AccessKeyId>(.*)<\/AccessKeyId>/) ?? [];
    const { laterMs = 0 } = this.#keys.get(id) ?? {};
    const later = (time: string) => new Date(Date.parse(time) + laterMs).toISOString().replace(/\.\d+/, "");
    return key.replace(/(?<=<CreateDate>).*(?=<\/CreateDate>)/, later);
  }
}
