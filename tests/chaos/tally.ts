import type { Broken } from "./invariants.ts";
import type { Part } from "./part.ts";

/** What the runs of one part came to. */
export interface Tally {
  readonly part: Pick<Part, "name" | "seed" | "isSeeded">;
  scenarios: number;
  runs: number;
  failures: number;
  readonly rules: Record<string, number>;
}

/** Titles of columns, with the rule whose breaches are counted there. */
const RULES = {
  "leaked keys": "leaked key",
  "orphans": "orphan",
  "lost Secrets": "lost Secret",
  "third keys": "too many keys",
  "lost to old": "lost to an old object",
  "two leaders": "two leaders",
  "keys made twice": "key made twice",
} as const satisfies Readonly<Record<string, Broken["rule"]>>;

export function emptyTally(part: Tally["part"]): Tally {
  return { part, scenarios: 0, runs: 0, failures: 0, rules: {} };
}

/**
 * A row for each part and one for all of them: how many scenarios and runs, how many failed, and how often each rule
 * was broken. The first row has the titles.
 */
export function rowsOf(tallies: readonly Tally[]): string[][] {
  const campaign = tallies.filter(({ part }) => !part.isSeeded);
  const all = emptyTally({ name: "all" });
  for (const { scenarios, runs, failures, rules } of campaign) {
    all.scenarios += scenarios;
    all.runs += runs;
    all.failures += failures;
    for (const [rule, times] of Object.entries(rules)) all.rules[rule] = (all.rules[rule] ?? 0) + times;
  }
  return [
    ["", "scenarios", "runs", "failures", ...Object.keys(RULES)],
    ...[...campaign, all].map(({ part, scenarios, runs, failures, rules }) => [
      part.name,
      ...[scenarios, runs, failures, ...Object.values(RULES).map((rule) => rules[rule] ?? 0)].map(String),
    ]),
  ];
}

/** The rows in columns, and a line on the bugs that were put in on purpose. */
export function table(tallies: readonly Tally[]): string {
  const rows = rowsOf(tallies);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))
      .join("  ");
  const hasBugs = tallies.some(({ part, scenarios }) => part.isSeeded && scenarios > 0);
  return [...rows.map(line), ...(hasBugs ? ["", caughtBugs(tallies)] : [])].join("\n");
}

/** Such as `seeded bugs caught: 7/7`. */
export function caughtBugs(tallies: readonly Tally[]): string {
  const seeded = tallies.filter(({ part }) => part.isSeeded);
  const sum = (count: (tally: Tally) => number) => seeded.reduce((total, each) => total + count(each), 0);
  return `seeded bugs caught: ${sum(({ scenarios, failures }) => scenarios - failures)}/${
    sum(({ scenarios }) => scenarios)
  }`;
}
