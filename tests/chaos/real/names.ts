/** Names of a run's own in place of those that scenarios say, and back. */
export class Names {
  readonly #pairs: readonly (readonly [said: string, real: string])[];

  /** @param pairs by the name that scenarios say; one that holds another comes first */
  constructor(pairs: Readonly<Record<string, string>>) {
    this.#pairs = Object.entries(pairs);
  }

  real(text: string): string {
    return this.#pairs.reduce((done, [said, real]) => done.replaceAll(word(said), real), text);
  }

  said(text: string): string {
    return this.#pairs.reduce((done, [said, real]) => done.replaceAll(real, said), text);
  }
}

function word(said: string): RegExp {
  return new RegExp(`(?<![\\w-])${said.replaceAll(".", "\\.")}(?![\\w-])`, "g");
}
