import type { EachKind } from "./each_kind.ts";
import type { HandOver } from "./handover.ts";
import type { Many } from "./many.ts";
import type { Memory } from "./memory.ts";
import type { Rest } from "./rest.ts";
import type { Scrape } from "./scrape.ts";
import type { Shards } from "./shards.ts";
import type { Tracing } from "./tracing.ts";

/** All figures of a run; a section that was left out is absent. */
export interface Figures {
  readonly machine: { readonly cores: number; readonly loadBefore: number; readonly loadAfter: number };
  readonly eachKind?: readonly EachKind[];
  readonly plain?: Many;
  readonly auto?: Many;
  readonly rest?: Rest;
  readonly memory?: Memory;
  readonly scrape?: Scrape;
  readonly tracing?: readonly Tracing[];
  readonly handover?: readonly HandOver[];
  readonly shards?: readonly Shards[];
}

/** Lines of a table for a terminal: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0));
  return rows.map((row) => `  ${line(row).join("  ")}`).join("\n");
}

export function eachKindText(measured: readonly EachKind[]): string {
  const rows = measured.map(({ name, cost, least, ms }) => [
    name,
    `${cost.aws} / ${least.aws}`,
    `${cost.kubeWrites} / ${least.kubeWrites}`,
    `${cost.kubeReads} / ${least.kubeReads}`,
    seconds(ms),
  ]);
  const head = ["One object, creation to Ready", "S3/IAM calls / least", "Kubernetes writes / least", "reads", "time"];
  const why = measured.map(({ name, why }) => `  ${name}: ${why}`);
  return [table([head, ...rows]), "", "Least, and why:", ...why].join("\n");
}

export function manyText(what: string, { objects, rounds, cost, bareCalls, ...times }: Many): string {
  return table([
    [`${objects} ${what}, ${rounds} round(s)`, "operator", "bare client", "and Kubernetes"],
    ["time", seconds(times.operatorMs), seconds(times.bareMs), seconds(times.bareWithKubeMs)],
    ["times the bare client's", "", round(times.ratio), round(times.ratioWithKube)],
    ["S3/IAM calls each", round(cost.aws), round(bareCalls), round(bareCalls)],
    ["Kubernetes writes each", round(cost.kubeWrites), "", ""],
    ["Kubernetes reads each", round(cost.kubeReads), "", ""],
    ["processor time of the operator", `${round(times.cpuSeconds)} s`, "", ""],
  ]);
}

export function restText({ objects, passes, reads, kubeReads, writes, writesOfRestart }: Rest): string {
  return table([
    [`${objects} objects at rest, ${round(passes)} looks each`, ""],
    ["writes to Kubernetes, S3 and IAM", writes || "none"],
    ["the same after a restart", writesOfRestart || "none"],
    ["S3/IAM reads a look", round(reads)],
    ["Kubernetes reads a look", round(kubeReads)],
  ]);
}

export function memoryText(memory: Memory): string {
  const { form, inPod, executableMib, bundleMib, objects } = memory;
  const mib = (value: number) => `${Math.round(value)} MiB`;
  return table([
    [`${form}, ${inPod ? "as in a pod" : "with a kubeconfig"}`, ""],
    ["resident, no objects", mib(memory.emptyMib)],
    ["resident, no objects, with a kubeconfig", mib(memory.emptyWithKubeconfigMib)],
    [`resident, after making ${objects} buckets at once`, mib(memory.afterCreationMib)],
    [`resident, restarted over ${objects} buckets`, mib(memory.atRestMib)],
    ["from start to ready", seconds(memory.startMs)],
    ["size of the bundle", `${round(bundleMib)} MiB`],
    ...(executableMib === undefined ? [] : [["size of the executable", mib(executableMib)]]),
  ]);
}

export function scrapeText({ objects, series, bytes, ms, cpuMs }: Scrape): string {
  return table([
    [`A scrape of /metrics over ${objects} objects`, ""],
    ["time", `${round(ms)} ms`],
    ["processor time of the operator", `${round(cpuMs)} ms`],
    ["series", String(series)],
    ["size", `${Math.round(bytes / 1024)} KiB`],
  ]);
}

export function tracingText(measured: readonly Tracing[]): string {
  const rows = measured.map(({ collector, pairs, plain, traced, ratio, ratios, residentMib, sent }) => [
    collector,
    String(pairs),
    `${round(plain * 1000)} / ${round(traced * 1000)} ms`,
    ratio.toFixed(3),
    `${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)}`,
    `${Math.round(residentMib)} MiB`,
    `${Math.round(sent / 1024)} KiB`,
  ]);
  const head = ["pairs", "processor time of a reconcile", "median ratio", "from, to", "resident at the end", "sent"];
  const first = "Tracing, auto-managed buckets all the time, without / with; collector";
  return table([[first, ...head], ...rows]);
}

export function handOverText(measured: readonly HandOver[]): string {
  const rows = measured.map(({ end, rounds, untilLedMs, longestMs, untilReadyMs }) => [
    `${end}, ${rounds} rounds`,
    seconds(untilLedMs),
    seconds(longestMs),
    seconds(untilReadyMs),
  ]);
  return table([
    ["Hand-over; the leader is", "until another leads", "longest", "until a new object is Ready"],
    ...rows,
  ]);
}

export function shardsText(measured: readonly Shards[]): string {
  const each = (values: readonly number[], unit: string) =>
    `${values.map((value) => round(value)).join(" + ")} ${unit}`;
  const rows = measured.map(({ shards, objects, createdMs, residentMib, cpuSeconds }) => [
    `${shards} for ${objects} objects`,
    seconds(createdMs),
    each(residentMib.map(Math.round), "MiB"),
    each(cpuSeconds, "s"),
  ]);
  return table([["Shards", "creation to Ready", "resident after a restart", "processor time of that"], ...rows]);
}

/** What must never be, whatever the machine. */
export function faultsOf({ rest }: Figures): string[] {
  return [
    ...(rest?.writes ? [`Writes at rest: ${rest.writes}`] : []),
    ...(rest?.writesOfRestart ? [`Writes after a restart: ${rest.writesOfRestart}`] : []),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
