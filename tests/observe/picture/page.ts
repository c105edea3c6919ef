import type { ActiveAlert } from "../prometheus.ts";
import { graph } from "./graph.ts";
import { alertList, escape, type Json, type NamedSeries, stat, table, timeline } from "./panel.ts";

export interface PageData {
  /** Series of each panel by its id. */
  readonly series: ReadonlyMap<number, readonly NamedSeries[]>;
  readonly alerts: readonly ActiveAlert[];
  /** Epoch seconds. */
  readonly start: number;
  readonly end: number;
}

/** Width of the page, pixels. */
export const WIDTH = 1_600;
const COLUMN = (WIDTH - 16) / 24;
const ROW = 38;
const HEAD = 56;
const GAP = 8;

const STYLE = `
  body { margin: 0; background: #111217; color: #ccccdc; font: 13px/1.4 "DejaVu Sans", sans-serif; }
  header { position: absolute; left: 16px; top: 14px; font-size: 20px; }
  header small { color: #8e8e9c; font-size: 13px; margin-left: 16px; }
  section, h2 { position: absolute; box-sizing: border-box; margin: 0; overflow: hidden; }
  h2 { font-size: 16px; font-weight: 600; line-height: ${ROW}px; padding-left: 8px; }
  section { background: #181b1f; border: 1px solid #26292f; border-radius: 3px; padding: 6px 10px; }
  h3 { margin: 0 0 4px; font-size: 13px; font-weight: 600; white-space: nowrap; }
  svg text { fill: #8e8e9c; font-size: 11px; } .grid { stroke: #2a2d33; }
  .legend { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 11px; height: 36px; overflow: hidden; }
  .legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; }
  .stats { display: flex; gap: 6px; height: calc(100% - 26px); }
  .stats div { flex: 1; border-radius: 3px; display: flex; flex-direction: column; align-items: center;
    justify-content: center; color: #fff; text-shadow: 0 0 3px #0006; }
  .stats b { font-size: 26px; } .stats small { font-size: 12px; }
  table { border-collapse: collapse; width: 100%; font-size: 12px; } td, th { text-align: left; padding: 3px 8px 3px 0; }
  th { color: #6e9fff; font-weight: 600; } td { border-top: 1px solid #26292f; }
  .timeline { display: flex; flex-direction: column; gap: 8px; padding-top: 12px; }
  .bar { display: flex; align-items: center; } .bar span { width: 130px; font-size: 12px; }
  .bar p { flex: 1; display: flex; margin: 0; height: 34px; position: relative; }
  .bar em { position: absolute; right: 10px; top: 8px; font-style: normal; color: #111217; }
  .alert { border-left: 4px solid #5794f2; margin-bottom: 5px; padding: 1px 8px; font-size: 12px; background: #22252b; }
  .alert b { display: block; } .critical { border-color: #f2495c; } .warning { border-color: #ff9830; }
`;

/** The dashboard as Grafana would about draw it, and the height of the page in pixels. */
export function page(dashboard: Json, data: PageData): { readonly html: string; readonly height: number } {
  const panels = dashboard.panels.map((panel: Json) => draw(panel, data));
  const rows = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }: Json) => y + h));
  const head = `<header>${escape(dashboard.title)}<small>${escape(dashboard.description)}</small></header>`;
  return {
    html: `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${head}${panels.join("\n")}`,
    height: topOf(rows),
  };
}

/** Pixels from the top of the page to a row of the grid. */
export function topOf(row: number): number {
  return HEAD + row * ROW;
}

function draw(panel: Json, data: PageData): string {
  const { x, y, w, h } = panel.gridPos;
  const [width, height] = [w * COLUMN - GAP, h * ROW - GAP];
  const place = `left:${8 + x * COLUMN}px;top:${topOf(y)}px;width:${width}px;height:${height}px`;
  if (panel.type === "row") return `<h2 style="${place}">${escape(panel.title)}</h2>`;
  const inside = { width: width - 22, height: height - 42 };
  return `<section style="${place}"><h3>${escape(panel.title)}</h3>${content(panel, data, inside)}</section>`;
}

function content(panel: Json, data: PageData, inside: { readonly width: number; readonly height: number }): string {
  const series = data.series.get(panel.id) ?? [];
  if (panel.type === "alertlist") return alertList(data.alerts);
  if (panel.type === "stat") return stat(panel, series);
  if (panel.type === "table") return table(panel, series);
  if (panel.type === "state-timeline") return timeline(panel, series, inside.width);
  return graph(panel, series, { ...inside, start: data.start, end: data.end });
}
