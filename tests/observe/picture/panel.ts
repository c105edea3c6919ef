import type { ActiveAlert, Series } from "../prometheus.ts";
import { byThresholds } from "./colors.ts";
import { format } from "./units.ts";

// deno-lint-ignore no-explicit-any
export type Json = any;

/** A series with its name in the legend. */
export interface NamedSeries extends Series {
  readonly name: string;
}

export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A legend such as `{{kind}} {{result}}` with the series's labels in it. */
export function nameOf(legend: string, { metric }: Series): string {
  return legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? "");
}

/** Numbers on coloured ground. */
export function stat({ fieldConfig, options }: Json, series: readonly NamedSeries[]): string {
  const { defaults } = fieldConfig;
  const boxes = series.map(({ name, values }) => {
    const value = values.at(-1)?.[1] ?? NaN;
    const label = options.textMode === "value_and_name" ? `<small>${escape(name)}</small>` : "";
    const color = byThresholds(value, defaults.thresholds.steps);
    return `<div style="background:${color}">${label}<b>${escape(format(value, defaults))}</b></div>`;
  });
  return `<div class="stats">${boxes.join("")}</div>`;
}

/** Labels as columns, and the value. */
export function table({ fieldConfig, transformations }: Json, series: readonly NamedSeries[]): string {
  const columns: Record<string, string> =
    transformations.find(({ id }: Json) => id === "organize").options.renameByName;
  const head = Object.values(columns).map((title) => `<th>${escape(title)}</th>`).join("");
  const rows = series.map(({ metric, values }) => {
    const cells = Object.keys(columns).map((name) =>
      name === "Value" ? format(values.at(-1)?.[1] ?? NaN, fieldConfig.defaults) : metric[name] ?? ""
    );
    return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`;
  });
  return `<table><tr>${head}</tr>${rows.join("")}</table>`;
}

/** A bar for each series, coloured by its state over time. */
export function timeline({ fieldConfig }: Json, series: readonly NamedSeries[], width: number): string {
  const { thresholds, mappings } = fieldConfig.defaults;
  const texts = mappings[0].options;
  const bars = series.map(({ name, values }) => {
    const parts = values.map(([, value]) =>
      `<i style="flex:1;background:${Number.isNaN(value) ? "none" : byThresholds(value, thresholds.steps)}"></i>`
    );
    const last = texts[`${values.at(-1)?.[1]}`]?.text ?? "";
    return `<div class="bar"><span>${escape(name)}</span><p>${parts.join("")}<em>${last}</em></p></div>`;
  });
  return `<div class="timeline" style="width:${width}px">${bars.join("")}</div>`;
}

/** Alerts that fire, the worst first. */
export function alertList(alerts: readonly ActiveAlert[]): string {
  const order = ["critical", "warning", "info"];
  const rank = ({ labels }: ActiveAlert) => order.indexOf(labels.severity ?? "");
  const rows = [...alerts].sort((a, b) => rank(a) - rank(b)).map(({ labels, annotations }) =>
    `<div class="alert ${labels.severity}"><b>${escape(labels.alertname ?? "")}</b>${
      escape(annotations.summary ?? "")
    }</div>`
  );
  return rows.join("");
}
