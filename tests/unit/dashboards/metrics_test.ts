import assert from "node:assert/strict";
import { alertGroups } from "../../../dashboards/src/alerts/mod.ts";
import { businessDashboard } from "../../../dashboards/src/business/mod.ts";
import { mainDashboard } from "../../../dashboards/src/main/mod.ts";
import { catalogue } from "../../../lib/telemetry/catalogue/mod.ts";
import { queriesOf } from "./panels.ts";

const ROOT = new URL("../../../", import.meta.url);
const FAMILIES = "wasabi_s3_operator|workqueue|controller_runtime|rest_client|leader_election|process|nodejs";
/** Words that look like metrics and are none. */
const NOT_METRICS = new Set(["wasabi_s3_operator"]);
/** Metrics that neither a dashboard nor an alert shows, and why. */
const EXCUSED: Readonly<Record<string, string>> = {
  controller_runtime_reconcile_errors_total: "for dashboards of controller-runtime; reconcile_total has it by kind",
  controller_runtime_reconcile_time_seconds: "for dashboards of controller-runtime; the same as our own histogram",
  workqueue_unfinished_work_seconds: "for dashboards of controller-runtime; the longest one tells more",
  wasabi_s3_operator_informer_synced: "/readyz fails while one is not",
  wasabi_s3_operator_trace_export_outages_total: "the gauge of the export tells what is now",
};

/** The series that a metric has: a histogram has three. */
const SERIES = new Map(
  Object.values(catalogue).flatMap(({ name, type }) =>
    (type === "histogram" ? ["", "_bucket", "_sum", "_count"] : [""]).map((suffix) => [name + suffix, name] as const)
  ),
);

/** Names in a text that are metrics of ours by their looks. */
function named(text: string): string[] {
  const names = text.match(new RegExp(`\\b(${FAMILIES})_[a-z0-9_]+\\b`, "g")) ?? [];
  return [...new Set(names)].filter((name) => !NOT_METRICS.has(name));
}

async function textsBelow(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = folder + name;
    if (isDirectory) { for (const [inner, text] of await textsBelow(`${path}/`)) texts.set(inner, text); }
    else if (/\.(md|json|yaml)$/.test(name)) texts.set(path, await Deno.readTextFile(new URL(path, ROOT)));
  }
  return texts;
}

Deno.test("every metric that dashboards, alerts and documentation name exists", async () => {
  const texts = new Map([...await textsBelow("dashboards/"), ...await textsBelow("docs/")]);
  texts.set("README.md", await Deno.readTextFile(new URL("README.md", ROOT)));
  const unknown = [...texts].flatMap(([path, text]) =>
    named(text).filter((name) => !SERIES.has(name)).map((name) => `${path}: ${name}`)
  );
  assert.deepEqual(unknown, []);
});

Deno.test("every metric is shown by a dashboard or an alert, or excused with a reason", () => {
  const exprs = [
    ...[mainDashboard, businessDashboard].flatMap(queriesOf).map(({ expr }) => expr),
    ...Object.values(alertGroups).flat().map(({ expr }) => expr),
  ];
  const shown = new Set(exprs.flatMap(named).map((name) => SERIES.get(name)));
  const all = Object.values(catalogue).map(({ name }) => name);
  assert.deepEqual(all.filter((name) => !shown.has(name) && EXCUSED[name] === undefined), []);
  assert.deepEqual(Object.keys(EXCUSED).filter((name) => shown.has(name) || !SERIES.has(name)), []);
});
