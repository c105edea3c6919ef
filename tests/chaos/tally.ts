/** What the runs of one part came to. */
export interface Tally {
  readonly part: string;
  scenarios: number;
  runs: number;
  failures: number;
  readonly rules: Record<string, number>;
}

const COLUMNS = ["leaked key", "orphan", "lost Secret", "too many keys", "lost to an old object"] as const;

export function emptyTally(part: string): Tally {
  return { part, scenarios: 0, runs: 0, failures: 0, rules: {} };
}

/** A line for each part: how many scenarios and runs, how many failed, and how often each rule was broken. */
export function table(tallies: readonly Tally[]): string {
  const header = [
    "",
    "scenarios",
    "runs",
    "failures",
    "leaked keys",
    "orphans",
    "lost Secrets",
    "third keys",
    "lost to old",
  ];
  const rows = tallies.map(({ part, scenarios, runs, failures, rules }) => [
    part,
    ...[scenarios, runs, failures, ...COLUMNS.map((rule) => rules[rule] ?? 0)].map(String),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))
      .join("  ");
  return [header, ...rows].map(line).join("\n");
}
