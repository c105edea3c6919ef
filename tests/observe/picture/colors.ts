const NAMED: Readonly<Record<string, string>> = {
  green: "#73bf69",
  orange: "#ff9830",
  red: "#f2495c",
  blue: "#5794f2",
};
const PALETTE = [
  "#73bf69",
  "#f2cc0c",
  "#8ab8ff",
  "#ff780a",
  "#b877d9",
  "#5794f2",
  "#f2495c",
  "#37872d",
  "#fade2a",
  "#705da0",
  "#ffa6b0",
  "#96d98d",
];

/** A colour by Grafana's name for it. */
export function named(color: string): string {
  return NAMED[color] ?? color;
}

/** The colour of the n-th series. */
export function nth(index: number): string {
  return PALETTE[index % PALETTE.length] ?? "#ffffff";
}

/** The colour of a value by thresholds, the first of which has no value. */
export function byThresholds(
  value: number,
  steps: readonly { readonly value: number | null; readonly color: string }[],
): string {
  return named(steps.findLast((step) => step.value === null || value >= step.value)?.color ?? "green");
}
