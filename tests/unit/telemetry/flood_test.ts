import assert from "node:assert/strict";
import { catalogue, type MetricId } from "../../../lib/telemetry/catalogue/mod.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import type { Metrics, ScrapedId } from "../../../lib/telemetry/metrics_api.ts";

/** Texts that could come from a service, a person or an attacker, different ones without end. */
function hostile(i: number): string {
  const texts = ["x", 'a"b', "a\nb", "a}b", "{", "\\", "\u0000", "💥", "Ω", " ", "", "__proto__", "y".repeat(300)];
  return `${texts[i % texts.length]}${i}`;
}

const METHODS = Object.getOwnPropertyNames(PromMetrics.prototype).filter((name) =>
  !["constructor", "scrape", "onScrape", "showClusterWhile"].includes(name)
) as (keyof Metrics)[];

/** Calls a method with hostile text for everything that may be text; durations stay numbers. */
function flood(metrics: PromMetrics, method: keyof Metrics, i: number): void {
  const call = metrics[method].bind(metrics) as (...args: unknown[]) => void;
  const text = hostile(i);
  if (method === "restRequest") call({ method: text, host: text, code: text }, 1);
  else if (/^spans/.test(method)) call(i);
  else if (method === "exportFailing") call(i % 2 === 0);
  else if (method === "leaseRenewed") call(text, i);
  else if (/^(queueTaken|worked)$/.test(method)) call(text, 1);
  else if (/^(reconciled|controllerReconciled)$/.test(method)) call(text, text, 1);
  else call(text, text, text, 1);
}

/** The most series that a metric may ever have; a label of many values has `other` beside them. */
function mostSeries(id: MetricId): number {
  const { labels, buckets, mostObjects } = catalogue[id] as typeof catalogue[MetricId] & {
    readonly buckets?: readonly number[];
    readonly mostObjects?: number;
  };
  const counts = Object.values(labels as Record<string, { values?: readonly string[]; most?: number }>)
    .map(({ values, most = 0 }) => (values?.length ?? most) + 1);
  const bound = mostObjects ?? counts.reduce((product, count) => product * count, 1);
  return bound * (buckets === undefined ? 1 : buckets.length + 3);
}

Deno.test("no text that a method is given makes series beyond the bounds, breaks a line, or throws", async () => {
  const metrics = new PromMetrics();
  for (const method of METHODS) for (let i = 0; i < 2_000; i++) flood(metrics, method, i);
  for (const id of Object.keys(catalogue) as ScrapedId[]) {
    if (id === "driftCurrent" || catalogue[id as MetricId].type === "histogram") continue;
    metrics.onScrape(id, function* () {
      const names = Object.keys(catalogue[id].labels);
      for (let i = 0; i < 2_000; i++) {
        yield { labels: Object.fromEntries(names.map((name) => [name, hostile(i)])) as never, value: 1 };
      }
    });
  }
  const { text } = await metrics.scrape();
  for (const [id, { name }] of Object.entries(catalogue)) {
    const samples = text.split("\n").filter((line) =>
      line.startsWith(`${name}`) && /^(_bucket|_sum|_count)?[{ ]/.test(line.slice(name.length))
    );
    assert.ok(samples.length <= mostSeries(id as MetricId), `${name} has ${samples.length} series`);
    for (const line of samples) {
      assert.match(line, /^[a-z0-9_]+(\{([a-z_]+="[\w.:\/<>+ -]{0,256}",?)+\})? [\d.e+-]+$/, `${name} shows ${line}`);
    }
  }
});

Deno.test("every method of the metrics is flooded", () => {
  assert.ok(METHODS.length > 20, METHODS.join(", "));
});
