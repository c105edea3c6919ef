import { catalogue, type MetricId } from "../../../lib/telemetry/catalogue/mod.ts";
import type { PromMetrics } from "../../../lib/telemetry/metrics.ts";

/** The samples of a metric as a scrape shows them, without its name: `{kind="Bucket"} 1`; of a histogram its counts. */
export async function shown(metrics: PromMetrics, id: MetricId): Promise<string[]> {
  const { name, type } = catalogue[id];
  const series = type === "histogram" ? `${name}_count` : name;
  const { text } = await metrics.scrape();
  const lines = text.split("\n").filter((line) => line.startsWith(`${series}{`) || line.startsWith(`${series} `));
  return lines.map((line) => line.slice(series.length).trimStart());
}

/** Those of them that are not 0. */
export async function moved(metrics: PromMetrics, id: MetricId): Promise<string[]> {
  return (await shown(metrics, id)).filter((line) => !line.endsWith(" 0"));
}
