/** Runs work under names, one holder a name at a time, first come first served. */
export class Locks {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Waits until all `names` are free; they are taken in sorted order, so that two callers cannot wait for each other.
   */
  async run<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const [name, ...rest] = [...new Set(names)].sort();
    if (name === undefined) return await work();
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.then(() => this.run(rest, work));
    const settled = mine.catch(() => {});
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}
