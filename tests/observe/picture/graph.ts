import { named, nth } from "./colors.ts";
import { escape, type Json, type NamedSeries } from "./panel.ts";
import { format } from "./units.ts";

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Epoch seconds. */
  readonly start: number;
  readonly end: number;
}

const LEFT = 62;
const BOTTOM = 20;
const TOP = 8;
const LINES = 4;
const MOST_LEGEND = 9;

/** Lines over time, or areas on top of each other, with a legend. */
export function graph(panel: Json, series: readonly NamedSeries[], frame: Frame): string {
  const { defaults, overrides } = panel.fieldConfig;
  const isStacked = defaults.custom.stacking?.mode === "normal";
  const shown = series.filter(({ values }) => values.some(([, value]) => Number.isFinite(value)));
  const lines = isStacked ? stacked(shown) : shown.map(({ values }) => values);
  const top = roundUp(
    defaults.max ?? Math.max(1e-9, ...lines.flat().map(([, value]) => value).filter(Number.isFinite)),
  );
  const colors = shown.map(({ name }, index) => colorOf(name, overrides) ?? nth(index));
  const legendHeight = shown.length > 4 ? 40 : 20;
  const plot = { ...frame, height: frame.height - legendHeight, top };
  const drawn = lines.map((values, index) =>
    line(values, colors[index] ?? "", { ...plot, fill: isStacked ? 0.3 : 0.08 })
  );
  return `<svg width="${frame.width}" height="${plot.height}">${grid(plot, defaults)}${
    (isStacked ? drawn.toReversed() : drawn).join("")
  }</svg>${legend(shown.map(({ name }) => name), colors)}`;
}

interface Plot extends Frame {
  /** The value at the upper edge. */
  readonly top: number;
}

function x(time: number, { width, start, end }: Plot): number {
  return LEFT + (time - start) / (end - start) * (width - LEFT - 8);
}

function y(value: number, { height, top }: Plot): number {
  return height - BOTTOM - value / top * (height - BOTTOM - TOP);
}

function line(
  values: NamedSeries["values"],
  color: string,
  plot: Plot & { readonly fill: number },
): string {
  const pieces: string[] = [];
  let points: string[] = [];
  for (const [time, value] of [...values, [Infinity, NaN] as const]) {
    if (Number.isFinite(value)) {
      points.push(`${x(time, plot).toFixed(1)},${y(Math.min(value, plot.top), plot).toFixed(1)}`);
    } else if (points.length > 0) [points] = [[], pieces.push(piece(points, color, plot))];
  }
  return pieces.join("");
}

function piece(points: readonly string[], color: string, plot: Plot & { readonly fill: number }): string {
  const [first = "", last = ""] = [points[0], points.at(-1)].map((point) => point?.split(",")[0]);
  const base = y(0, plot);
  return `<polygon points="${first},${base} ${
    points.join(" ")
  } ${last},${base}" fill="${color}" opacity="${plot.fill}"/>` +
    `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="1.4"/>`;
}

function grid(plot: Plot, defaults: Json): string {
  const rows = Array.from({ length: LINES + 1 }, (_, index) => plot.top * index / LINES).map((value) => {
    const at = y(value, plot);
    return `<line x1="${LEFT}" x2="${plot.width - 8}" y1="${at}" y2="${at}" class="grid"/>` +
      `<text x="${LEFT - 6}" y="${at + 4}" text-anchor="end">${escape(format(value, defaults))}</text>`;
  });
  const times = [0.1, 0.37, 0.63, 0.9].map((part) => {
    const time = plot.start + part * (plot.end - plot.start);
    const label = new Date(time * 1000).toISOString().slice(11, 19);
    return `<text x="${x(time, plot)}" y="${plot.height - 4}" text-anchor="middle">${label}</text>`;
  });
  return rows.join("") + times.join("");
}

function legend(names: readonly string[], colors: readonly string[]): string {
  const items = names.slice(0, MOST_LEGEND).map((name, index) =>
    `<span><i style="background:${colors[index]}"></i>${escape(name)}</span>`
  );
  const more = names.length > MOST_LEGEND ? [`<span>+ ${names.length - MOST_LEGEND} more</span>`] : [];
  return `<div class="legend">${[...items, ...more].join("")}</div>`;
}

/** Each on top of the sum of those before it. */
function stacked(series: readonly NamedSeries[]): NamedSeries["values"][] {
  const sums = new Map<number, number>();
  return series.map(({ values }) =>
    values.map(([time, value]) => {
      const sum = (sums.get(time) ?? 0) + (Number.isFinite(value) ? value : 0);
      sums.set(time, sum);
      return [time, sum] as const;
    })
  );
}

function colorOf(name: string, overrides: readonly Json[]): string | undefined {
  const override = overrides.find(({ matcher }) => new RegExp(matcher.options).test(name));
  const color = override?.properties.find(({ id }: Json) => id === "color")?.value.fixedColor;
  return color === undefined ? undefined : named(color);
}

/** The next number that is easy to read. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}
