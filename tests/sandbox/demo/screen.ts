const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Paint = keyof typeof CODES;

export interface ScreenOptions {
  /** Takes one line, without its newline. */
  readonly write: (line: string) => void;
  readonly colours: boolean;
  /** Longer lines are cut; without it none are. */
  readonly columns?: number;
  /** Milliseconds from any start. */
  readonly monotonic: () => number;
}

/** Writes the demo's lines. */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #startedAt: number;
  #section = "start";

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#startedAt = options.monotonic();
  }

  /** What is being shown. */
  get section(): string {
    return this.#section;
  }

  /** Since the demo's start, such as `1.32 s`. */
  elapsed(): string {
    return seconds(this.#options.monotonic() - this.#startedAt);
  }

  begin(title: string): void {
    this.#section = title;
    this.#options.write("");
    this.#options.write(this.paint("bold", `== ${title}`));
  }

  title(line: string): void {
    this.#options.write(this.paint("bold", line));
  }

  /** How it all went. */
  summary(line: string): void {
    this.#options.write(this.paint("green", line));
  }

  failure(line: string): void {
    this.#options.write("");
    this.#options.write(this.paint("red", line));
  }

  /** A line of text, indented. */
  text(line: string | undefined = ""): void {
    this.#options.write(line === "" ? "" : this.#cut(`   ${line}`));
  }

  /** What a person would type for what comes next. */
  command(line: string): void {
    this.#options.write(this.paint("cyan", `   $ ${line}`));
  }

  /** Something happened just now. */
  event(subject: string, { word, detail = "", paint }: {
    readonly word: string;
    readonly detail?: string;
    readonly paint: Paint;
  }): void {
    const before = `${this.elapsed().padStart(9)}  ${subject.padEnd(33)} `;
    const rest = this.#cut(`${before}${word.padEnd(detail === "" ? 0 : 17)}${detail === "" ? "" : ` ${detail}`}`);
    this.#options.write(
      before + this.paint(paint, rest.slice(before.length, before.length + word.length)) +
        rest.slice(before.length + word.length),
    );
  }

  /** Something was checked, and is as it should be. */
  ok(line: string): void {
    this.#options.write(`${this.elapsed().padStart(9)}  ${this.paint("green", "ok")}  ${line}`);
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = head.map((_title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
    const format = (row: readonly string[]) =>
      this.#cut(`   ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
    this.#options.write(this.paint("dim", format(head)));
    for (const row of rows) this.#options.write(format(row));
  }

  paint(paint: Paint, text: string): string {
    return this.#options.colours ? `\x1b[${CODES[paint]}m${text}\x1b[0m` : text;
  }

  #cut(line: string): string {
    const { columns } = this.#options;
    return columns === undefined || line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
  }
}

/** @param ms milliseconds */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
