import assert from "node:assert/strict";
import { stringify } from "yaml";
import { alertGroups } from "../../dashboards/src/alerts/mod.ts";
import { catalogue } from "../../lib/telemetry/catalogue/mod.ts";
import { alertRules } from "../../tools/gen/alerts.ts";
import { waitFor } from "../api/processes.ts";
import {
  allQueries,
  type PanelQuery,
  runbookQueries,
  substituted,
  type Values,
  variableQueries,
} from "./panel_queries.ts";
import { Prometheus, SCRAPE_JOB, type Series } from "./prometheus.ts";
import { NAMESPACE, Site } from "./site.ts";
import { badDay, goodDay } from "./trouble.ts";

/** A busy machine takes its time. */
const PATIENCE_MS = 150_000;
const AWAY = { provider: `${NAMESPACE}/away` };
/** Alerts that the bad day is a case of, and labels of one of each. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  WasabiS3ObjectNotReady: { kind: "Bucket", object_namespace: NAMESPACE, name: "taken" },
  WasabiS3DeletionBlocked: { kind: "Bucket", object_namespace: NAMESPACE, name: "full" },
  WasabiS3DriftPersisting: { kind: "Bucket", resource_type: "tags" },
  WasabiS3RotationOverdue: { object_namespace: NAMESPACE, name: "late" },
  WasabiS3OrphanKey: { object_namespace: NAMESPACE, name: "late" },
  WasabiS3ProviderDown: AWAY,
  WasabiS3ReconcileErrors: { kind: "Bucket" },
  WasabiS3Throttled: { api_type: "s3" },
  WasabiS3TraceExportFailing: {},
};
const QUIET = ["WasabiS3NoLeader", "WasabiS3InformerSilent"];

Deno.test("dashboards and alerts in front of two operators that have a good and a bad day", async (test) => {
  await using site = await Site.open();
  const start = Date.now() / 1000;
  const rules = `${site.folder}/rules.yaml`;
  await Deno.writeTextFile(rules, stringify(alertRules(impatient())));
  await using prometheus = await Prometheus.start({ folder: site.folder, targets: site.targets, rules });
  const isScraped = async () => (await prometheus.at("up == 1", Date.now() / 1000)).length === 2;
  await waitFor("both processes to be scraped", isScraped);
  await goodDay(site);
  await badDay(site);

  const queries = await allQueries();
  const empty = await stillEmpty(queries, (query) => ask(query, { prometheus, start }));
  for (const query of queries) {
    const { dashboard, panel, legend, expr } = query;
    await test.step(`${dashboard}: ${panel}: ${legend}`, () => assert.ok(!empty.has(query), `no data: ${expr}`));
  }

  for (const { dashboard, name, expr } of await variableQueries()) {
    await test.step(`${dashboard}: the variable ${name} has values`, async () => {
      assert.notDeepEqual(await prometheus.at(substituted(expr, values(start)), Date.now() / 1000), []);
    });
  }

  for (const [name, labels] of Object.entries(EXPECTED)) {
    await test.step(`${name} fires, once, and says of what`, async () => {
      const fires = async () => (await firing(prometheus, name, labels)).length > 0;
      await waitFor("it to fire", fires, PATIENCE_MS);
      const [alert, ...more] = await firing(prometheus, name, labels);
      assert.deepEqual(more, []);
      assert.doesNotMatch(JSON.stringify(alert?.annotations), /no value|\{\{|error expanding/);
    });
  }

  await test.step("alerts that the days give no cause for stay quiet", async () => {
    const alerts = await prometheus.alerts();
    assert.deepEqual(alerts.filter(({ labels }) => QUIET.includes(labels.alertname ?? "")), []);
  });

  for (const { page, queries } of await runbookQueries()) {
    await test.step(`Prometheus understands every query of ${page}`, async () => {
      for (const query of queries) await prometheus.at(query, Date.now() / 1000);
    });
  }

  await test.step("Prometheus can evaluate every rule", async () => {
    const rules = await prometheus.rules();
    assert.equal(rules.length, Object.values(alertGroups).flat().length);
    assert.deepEqual(rules.filter(({ health }) => health !== "ok"), []);
  });

  await test.step("a slow reconcile leads to its trace", async () => {
    const range = { start, end: Date.now() / 1000 };
    const exemplars = await prometheus.exemplars(`${catalogue.reconcileSeconds.name}_bucket`, range);
    assert.match(exemplars[0]?.labels.trace_id ?? "", /^[0-9a-f]{32}$/);
  });

  await test.step("the process that waits shows no objects", async () => {
    const found = await prometheus.at(`count by (instance) (${catalogue.resources.name})`, Date.now() / 1000);
    assert.equal(found.length, 1);
  });
});

/** Firing alerts of the name that have the labels. */
async function firing(prometheus: Prometheus, name: string, wanted: Readonly<Record<string, string>>) {
  return (await prometheus.alerts()).filter(({ labels, state }) =>
    state === "firing" && labels.alertname === name &&
    Object.entries(wanted).every(([label, value]) => labels[label] === value)
  );
}

/** Asks for all until each has shown something, for some minutes at most; returns those that have not. */
async function stillEmpty(
  queries: readonly PanelQuery[],
  ask: (query: PanelQuery) => Promise<Series[]>,
): Promise<Set<PanelQuery>> {
  const empty = new Set(queries);
  const end = performance.now() + PATIENCE_MS;
  while (empty.size > 0 && performance.now() < end) {
    for (const query of empty) if (showsSomething(await ask(query), query)) empty.delete(query);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return empty;
}

/** Counts of what would be a bug, so that a run has none. */
const NEVER = new Set(["left out", "not read"]);

/** A number that is not 0; in tables and timelines, where 0 has a meaning, any. */
function showsSomething(found: readonly Series[], { type, legend }: PanelQuery): boolean {
  const isZeroFine = type === "table" || type === "state-timeline" || NEVER.has(legend);
  return found.some(({ values }) => values.some(([, value]) => Number.isFinite(value) && (isZeroFine || value !== 0)));
}

async function ask(
  { expr, instant }: PanelQuery,
  { prometheus, start }: { readonly prometheus: Prometheus; readonly start: number },
): Promise<Series[]> {
  const end = Date.now() / 1000;
  const query = substituted(expr, values(start));
  return instant ? await prometheus.at(query, end) : await prometheus.over(query, { start, end, step: 1 });
}

/** All of everything since then, epoch seconds. */
function values(start: number): Values {
  return { job: SCRAPE_JOB, range: Math.ceil(Date.now() / 1000 - start), rateInterval: 10 };
}

/** Our alerts, which fire at once. */
function impatient(): typeof alertGroups {
  return Object.fromEntries(
    Object.entries(alertGroups).map(([name, alerts]) => [name, alerts.map((alert) => ({ ...alert, for: "0s" }))]),
  );
}
