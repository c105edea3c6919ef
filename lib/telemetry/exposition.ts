import type { OpenMetricsContentType, Registry } from "prom-client";

/** The text of a scrape and its content type. */
export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

const PLAIN_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** What prom-client gives of a metric; its own types leave out exemplars. */
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Value[];
}

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labelSet: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timestamp: number;
  };
}

/**
 * Writes all metrics as OpenMetrics, with exemplars, where `accept` prefers it, else in Prometheus's own format.
 * Not prom-client's writer: that one renames its counters for OpenMetrics, and they stay so in the other format.
 * @param accept the request's header of that name; empty for Prometheus's own format
 */
export async function expose(registry: Registry<OpenMetricsContentType>, accept: string): Promise<Scrape> {
  const isOpen = prefersOpenMetrics(accept);
  const lines: string[] = [];
  for (const metric of registry.getMetricsAsArray()) {
    const { name, help, type, values } = await (metric as unknown as { get(): Promise<Metric> }).get();
    const family = isOpen && type === "counter" ? name.replace(/_total$/, "") : name;
    lines.push(`# HELP ${family} ${escaped(help)}`, `# TYPE ${family} ${type}`);
    for (const value of values) lines.push(sample(value, name) + (isOpen ? exemplar(value) : ""));
  }
  if (isOpen) lines.push("# EOF");
  return { contentType: isOpen ? OPEN_METRICS_TYPE : PLAIN_TYPE, text: `${lines.join("\n")}\n` };
}

function sample({ metricName, labels, value }: Value, name: string): string {
  return `${metricName ?? name}${labelSet(labels, "")} ${number(value)}`;
}

function exemplar({ exemplar }: Value): string {
  if (!exemplar) return "";
  return ` # ${labelSet(exemplar.labelSet, "{}")} ${number(exemplar.value)} ${exemplar.timestamp.toFixed(3)}`;
}

function labelSet(labels: Value["labels"], empty: string): string {
  let text = "";
  for (const name in labels) text += `${text && ","}${name}="${escaped(String(labels[name]))}"`;
  return text ? `{${text}}` : empty;
}

function escaped(text: string): string {
  return /[\\\n"]/.test(text) ? text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"') : text;
}

function number(value: number): string {
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}

/** Of the two formats the one with the higher weight; Prometheus's own where they are equal or not named. */
function prefersOpenMetrics(accept: string): boolean {
  let [open, plain] = [0, 0];
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const q = weight === undefined ? 1 : Number(weight.slice(2)) || 0;
    if (type === "application/openmetrics-text") open = Math.max(open, q);
    if (type === "text/plain") plain = Math.max(plain, q);
  }
  return open > plain;
}
