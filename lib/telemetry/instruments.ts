import { trace, TraceFlags } from "@opentelemetry/api";
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import type { LabelsOf, MetricDefinition } from "./catalogue/definition.ts";
import { type Catalogue, catalogue, type IdOf, type MetricId } from "./catalogue/mod.ts";
import { boundedLabel } from "./labels.ts";
import type { Sample, ScrapedId } from "./metrics_api.ts";

type Bound = (value: string) => string;
type LabelValues = Readonly<Record<string, string>>;

/** A metric of prom-client with the bounds of its labels. */
interface Instrument {
  readonly definition: MetricDefinition;
  readonly metric: Counter | Gauge | Histogram;
  readonly bounds: readonly (readonly [label: string, bound: Bound])[];
}

/** The metrics of the catalogue on prom-client. Never throws: a count that is wrong must not stop the work. */
export class Instruments {
  /** Of OpenMetrics, for prom-client keeps exemplars only then; `exposition.ts` writes both formats. */
  readonly registry = new Registry<OpenMetricsContentType>();
  readonly #instruments: Readonly<Record<MetricId, Instrument>>;
  readonly #readers = new Map<MetricId, () => Iterable<Sample<ScrapedId>>>();
  #leads = (): boolean => true;

  constructor() {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const made = Object.entries(catalogue).map(([id, definition]) => [id, this.#create(id as MetricId, definition)]);
    this.#instruments = Object.fromEntries(made);
  }

  count<K extends IdOf<"counter">>(id: K, labels: LabelsOf<Catalogue[K]>, by = 1): void {
    const { metric, bounds, definition } = this.#instruments[id];
    if (!(by >= 0 && by < Infinity)) return;
    increment(metric as Counter, definition, { labels: boundedBy(bounds, labels as LabelValues), value: by });
  }

  observe<K extends IdOf<"histogram">>(id: K, labels: LabelsOf<Catalogue[K]>, value: number): void {
    const { metric, bounds, definition } = this.#instruments[id];
    if (!(value >= 0 && value < Infinity)) return;
    const bounded = boundedBy(bounds, labels as LabelValues);
    if (!definition.exemplars) return (metric as Histogram).observe(bounded, value);
    (metric as Histogram).observe(withTrace(bounded, value));
  }

  set<K extends IdOf<"gauge">>(id: K, labels: LabelsOf<Catalogue[K]>, value: number): void {
    const { metric, bounds } = this.#instruments[id];
    if (Number.isFinite(value)) (metric as Gauge).set(boundedBy(bounds, labels as LabelValues), value);
  }

  onScrape<K extends ScrapedId>(id: K, read: () => Iterable<Sample<K>>): void {
    this.#readers.set(id, read as () => Iterable<Sample<ScrapedId>>);
  }

  showClusterWhile(leads: () => boolean): void {
    this.#leads = leads;
  }

  #create(id: MetricId, definition: MetricDefinition): Instrument {
    const { name, help, labels, buckets = [], exemplars = false, fromStart } = definition;
    const options = {
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [this.registry],
      enableExemplars: exemplars,
      collect: () => this.#collect(id),
    };
    const bounds = boundsOf(definition);
    if (definition.type === "histogram") {
      return { definition, bounds, metric: new Histogram({ ...options, buckets: [...buckets] }) };
    }
    const metric = definition.type === "counter" ? new Counter(options) : new Gauge(options);
    if (definition.type === "gauge") empty(metric);
    for (const labels of fromStart ? combinations(definition) : []) increment(metric, definition, { labels, value: 0 });
    return { definition, bounds, metric };
  }

  /** Reads a metric anew. Its labels are bounded anew too: objects that have gone take no place. */
  #collect(id: MetricId): void {
    const read = this.#readers.get(id);
    if (read === undefined) return;
    const { definition } = this.#instruments[id];
    const metric = this.#instruments[id].metric as Counter | Gauge;
    empty(metric);
    if (definition.cluster && !this.#leads()) return;
    try {
      const bounds = boundsOf(definition);
      let left = definition.mostObjects ?? Infinity;
      let omitted = 0;
      for (const { labels, value } of read()) {
        if (left-- <= 0) omitted++;
        else if (Number.isFinite(value)) increment(metric, definition, { labels: boundedBy(bounds, labels), value });
      }
      if (definition.mostObjects !== undefined) this.set("seriesOmitted", { metric: definition.name }, omitted);
    } catch {
      empty(metric);
      this.count("scrapeErrors", { metric: definition.name });
    }
  }
}

/** prom-client's `inc` takes its arguments in another form where it keeps exemplars. */
function increment(
  metric: Counter | Gauge,
  { exemplars }: MetricDefinition,
  { labels, value }: { readonly labels: LabelValues; readonly value: number },
): void {
  if (exemplars) (metric as Counter).inc(withTrace(labels, value));
  else metric.inc(labels, value);
}

/** Takes all series away; also that of a metric without labels, which prom-client resets to 0. */
function empty(metric: Counter | Gauge): void {
  metric.reset();
  metric.remove({});
}

/** With the trace that is being recorded now as its exemplar, where there is one and it was sampled. */
function withTrace(
  labels: LabelValues,
  value: number,
): { readonly labels: LabelValues; readonly value: number; readonly exemplarLabels?: Record<string, string> } {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return { labels, value };
  const { traceId, spanId, traceFlags } = span.spanContext();
  if ((traceFlags & TraceFlags.SAMPLED) === 0) return { labels, value };
  return { labels, value, exemplarLabels: { trace_id: traceId, span_id: spanId } };
}

function boundsOf({ labels }: MetricDefinition): Instrument["bounds"] {
  return Object.entries(labels).map(([label, { values, most = Infinity }]) => {
    if (values === undefined) return [label, boundedLabel(most)];
    const known = new Set(values);
    return [label, (value: string) => known.has(value) ? value : "other"];
  });
}

function boundedBy(bounds: Instrument["bounds"], labels: LabelValues): LabelValues {
  let bounded = labels;
  for (const [label, bound] of bounds) {
    const value = labels[label] ?? "";
    const allowed = bound(value);
    if (allowed !== value) bounded = { ...bounded, [label]: allowed };
  }
  return bounded;
}

/** Every combination of the words of a metric's labels. */
function combinations({ labels }: MetricDefinition): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [label, { values = [] }] of Object.entries(labels)) {
    all = all.flatMap((each) => values.map((value) => ({ ...each, [label]: value })));
  }
  return all;
}
