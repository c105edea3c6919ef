import { fileURLToPath } from "node:url";
import { type Collector, startCollector } from "../../observe/collector.ts";
import { Prometheus, SCRAPE_JOB } from "../../observe/prometheus.ts";
import { readSpans, type Span } from "../../observe/spans.ts";
import type { Screen } from "./screen.ts";
import type { Stage } from "./stage.ts";
import { until } from "./surprise.ts";

const RULES = fileURLToPath(import.meta.resolve("../../../dashboards/alerts/rules.yaml"));
const PATIENCE_MS = 20_000;
const MOST_SPANS = 24;
/** What a person on call would ask, and what the answer is. */
const QUESTIONS: Readonly<Record<string, string>> = {
  "reconciles": "sum(wasabi_s3_operator_reconcile_total)",
  "P95 of their durations, seconds": "histogram_quantile(0.95, sum by (le) " +
    "(wasabi_s3_operator_reconcile_duration_seconds_bucket))",
  "changes put right": "sum(wasabi_s3_operator_drift_detected_total)",
  "keys rotated": "sum(wasabi_s3_operator_access_keys_rotated_total)",
  "objects that are not ready": "count(wasabi_s3_operator_not_ready) or vector(0)",
};

/** A collector and a Prometheus beside the demo, each where this machine can have it. */
export class Observers implements AsyncDisposable {
  readonly #screen: Screen;
  readonly #folder: string;
  readonly #collector: Collector | undefined;
  #prometheus: Prometheus | undefined;

  private constructor(screen: Screen, { folder, collector }: {
    readonly folder: string;
    readonly collector: Collector | undefined;
  }) {
    [this.#screen, this.#folder, this.#collector] = [screen, folder, collector];
  }

  /** Starts the collector, which the operator has to know from its start. */
  static async open(screen: Screen): Promise<Observers> {
    const folder = await Deno.makeTempDir({ prefix: "wasabi-s3-operator-observe-" });
    const collector = await orWithout(screen, { what: "collector", start: () => startCollector(folder) });
    return new Observers(screen, { folder, collector });
  }

  /** What the operator has to be told. */
  get flags(): string[] {
    return this.#collector
      ? [`--otel-exporter-otlp-endpoint=${this.#collector.endpoint}`, "--otel-bsp-schedule-delay=500"]
      : [];
  }

  /** Lets Prometheus scrape the operator, which has to be ready; says where both are. */
  async watch({ operator }: Stage): Promise<void> {
    const targets = [new URL(operator.metricsUrl ?? "").host];
    const start = () => Prometheus.start({ folder: this.#folder, targets, rules: RULES });
    this.#prometheus = await orWithout(this.#screen, { what: "Prometheus", start });
    if (this.#prometheus) this.#screen.text(`Prometheus       ${this.#prometheus.url}, with our alerts`);
    if (this.#collector) {
      this.#screen.text(`Collector        ${this.#collector.endpoint}, writes ${this.#collector.file}`);
    }
  }

  /** Shows what both have seen. */
  async tell({ signal }: Stage): Promise<void> {
    if (this.#prometheus) await this.#tellMetrics(this.#prometheus, signal);
    if (this.#collector) await this.#tellTrace(this.#collector, signal);
  }

  async #tellMetrics(prometheus: Prometheus, signal: AbortSignal): Promise<void> {
    this.#screen.begin("What Prometheus saw");
    const now = () => Date.now() / 1000;
    await until("Prometheus to see a rotation", {
      look: () => prometheus.at("sum(wasabi_s3_operator_access_keys_rotated_total) > 0", now()),
      holds: (found) => found.length > 0,
    }, { signal, patienceMs: PATIENCE_MS, seen: () => "none" });
    for (const [name, query] of Object.entries(QUESTIONS)) {
      const [value = NaN] = (await prometheus.at(query, now())).map(({ values }) => values[0]?.[1]);
      this.#screen.text(`${name.padEnd(32)} ${Number(value.toFixed(3))}`);
    }
    const firing = (await prometheus.alerts()).filter(({ state }) => state === "firing");
    this.#screen.text(`${"alerts that fire".padEnd(32)} ${firing.length}`);
    this.#screen.text();
    this.#screen.text("Ask it more while the demo runs (--keep leaves it running):");
    this.#screen.text(`${prometheus.url}/graph?g0.expr=${encodeURIComponent(QUESTIONS.reconciles ?? "")}`);
    this.#screen.text(`${prometheus.url}/alerts`);
    this.#screen.text(`For Grafana: dashboards/README.md; the data source is this URL, the job ${SCRAPE_JOB}`);
  }

  /** The trace of one Bucket object, from its first pass to the policy that waited for its user. */
  async #tellTrace({ file }: Collector, signal: AbortSignal): Promise<void> {
    this.#screen.begin("What the collector got");
    let spans: readonly Span[] = [];
    await until("the collector to have the trace of a bucket", {
      // A line may be half written.
      look: async () => spans = await readSpans(file).catch(() => []),
      holds: () => traceOfBucket(spans) !== undefined,
    }, { signal, patienceMs: PATIENCE_MS, seen: () => `${spans.length} spans` });
    const traceId = traceOfBucket(spans);
    const trace = spans.filter((span) => span.traceId === traceId);
    this.#screen.text(`${spans.length} spans; those of trace ${traceId} make Bucket auto:`);
    this.#screen.text();
    for (const { span, depth } of tree(trace).take(MOST_SPANS)) {
      const ms = (Number(span.end - span.start) / 1e6).toFixed(1).padStart(8);
      this.#screen.text(`${ms} ms  ${"  ".repeat(depth)}${span.name}`);
    }
    if (trace.length > MOST_SPANS) this.#screen.text(`… and ${trace.length - MOST_SPANS} more in ${file}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#prometheus?.[Symbol.asyncDispose]();
    await this.#collector?.[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Starts it; where this machine cannot have it, says so, and the demo goes on without. */
async function orWithout<T>(
  screen: Screen,
  { what, start }: { readonly what: string; readonly start: () => Promise<T> },
): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    screen.text(`Without ${what}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    return undefined;
  }
}

/** The trace that has most to tell of Bucket auto. */
function traceOfBucket(spans: readonly Span[]): string | undefined {
  const passes = spans.filter(({ name, attributes }) =>
    name === "reconcile Bucket" && attributes["k8s.object.name"] === "auto"
  );
  const sizeOf = (id: string) => spans.filter(({ traceId }) => traceId === id).length;
  return passes.map(({ traceId }) => traceId).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
}

/** Each span of a trace below its parent, in the order in which they began. */
function* tree(
  trace: readonly Span[],
  { parent, depth }: { readonly parent?: Span; readonly depth: number } = { depth: 0 },
): Generator<{ readonly span: Span; readonly depth: number }> {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const isBelow = ({ parentSpanId }: Span) => parent ? parentSpanId === parent.spanId : !ids.has(parentSpanId);
  for (const span of trace.filter(isBelow).sort((a, b) => Number(a.start - b.start))) {
    yield { span, depth };
    yield* tree(trace, { parent: span, depth: depth + 1 });
  }
}
