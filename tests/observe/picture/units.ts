const DURATIONS: readonly (readonly [seconds: number, name: string])[] = [
  [365 * 86_400, "year"],
  [30 * 86_400, "month"],
  [7 * 86_400, "week"],
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];
const SHORT: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
  [0.001, "ms"],
];
const BYTES = ["B", "KiB", "MiB", "GiB"];

/** A value as Grafana writes it in a unit, near enough for a picture. */
export function format(
  value: number,
  { unit, decimals }: { readonly unit: string; readonly decimals?: number },
): string {
  if (!Number.isFinite(value)) return "-";
  if (decimals === 0) return `${Math.round(value)}`;
  if (unit === "percentunit") return `${rounded(value * 100)} %`;
  if (unit === "bytes") return bytes(value);
  if (unit === "s") return seconds(value);
  if (unit === "dtdurations") return duration(value);
  if (unit === "ops") return `${rounded(value)} ops/s`;
  if (unit === "reqps") return `${rounded(value)} req/s`;
  return rounded(value);
}

function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 3;
  return `${Number(value.toFixed(digits))}`;
}

function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(value) / 10));
  return `${rounded(value / 1024 ** power)} ${BYTES[power]}`;
}

function seconds(value: number): string {
  const [size, unit] = SHORT.find(([least]) => Math.abs(value) >= least) ?? [1, "s"];
  return `${rounded(value / size)} ${unit}`;
}

/** The two largest parts, such as `3 hours, 4 minutes`. */
function duration(value: number): string {
  const parts: string[] = [];
  let rest = Math.floor(Math.abs(value));
  for (const [size, name] of DURATIONS) {
    const count = Math.floor(rest / size);
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
    rest -= count * size;
  }
  return (value < 0 ? "-" : "") + (parts.join(", ") || "0 seconds");
}
