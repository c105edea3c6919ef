/**
 * Makes the pictures of the dashboards in docs/images: two operators have some good minutes and then a bad day in front
 * of a real Prometheus, each panel of the installed JSON is asked and drawn, and Chromium takes a picture of the page.
 *
 *     deno run -A tests/observe/picture/main.ts [chromium]
 */
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { alertGroups } from "../../../dashboards/src/alerts/mod.ts";
import { alertRules } from "../../../tools/gen/alerts.ts";
import { waitFor } from "../../api/processes.ts";
import { readDashboards, substituted } from "../panel_queries.ts";
import { Prometheus, SCRAPE_JOB, type Series } from "../prometheus.ts";
import { Site } from "../site.ts";
import { badDay, goodDay } from "../trouble.ts";
import { quietMinutes } from "./minutes.ts";
import { page, type PageData, topOf, WIDTH } from "./page.ts";
import { type Json, type NamedSeries, nameOf } from "./panel.ts";

const [chromium = "chromium"] = Deno.args;
const IMAGES = fileURLToPath(import.meta.resolve("../../../docs/images/"));
const STEP = 2;

await using site = await Site.open();
const rules = `${site.folder}/rules.yaml`;
await Deno.writeTextFile(rules, stringify(alertRules(soon())));
await using prometheus = await Prometheus.start({ folder: site.folder, targets: site.targets, rules });
const isScraped = async () => (await prometheus.at("up == 1", Date.now() / 1000)).length === 2;
await waitFor("both processes to be scraped", isScraped);
const start = Date.now() / 1000;
await goodDay(site);
await quietMinutes(site, 3);
await badDay(site);
await quietMinutes(site, 1.5);

const end = Date.now() / 1000;
await Deno.mkdir(IMAGES, { recursive: true });
for (const dashboard of await readDashboards()) {
  const series = new Map<number, NamedSeries[]>();
  for (const panel of dashboard.panels) series.set(panel.id, await ask(panel));
  const data = { series, alerts: await prometheus.alerts(), start, end };
  await take(dashboard, data);
}

/** The series of all queries of a panel. */
async function ask({ targets = [] }: Json): Promise<NamedSeries[]> {
  const found: NamedSeries[] = [];
  for (const { expr, instant, legendFormat = "" } of targets) {
    const query = substituted(expr, { job: SCRAPE_JOB, range: Math.ceil(end - start), rateInterval: 10 });
    const answer = instant
      ? await prometheus.at(query, end)
      : (await prometheus.over(query, { start, end, step: STEP })).map(withGaps);
    found.push(...answer.map((each) => ({ ...each, name: nameOf(legendFormat, each) })));
  }
  return found;
}

/** With NaN at each time at which the series was not there. */
function withGaps({ metric, values }: Series): Series {
  const byStep = new Map(values.map(([time, value]) => [Math.round((time - start) / STEP), value]));
  const steps = Array.from({ length: Math.floor((end - start) / STEP) + 1 }, (_, index) => index);
  return { metric, values: steps.map((step) => [start + step * STEP, byStep.get(step) ?? NaN]) };
}

/** The upper part as one picture, the rest as another. */
async function take(dashboard: Json, data: PageData): Promise<void> {
  const { html, height } = page(dashboard, data);
  const file = `${site.folder}/page.html`;
  const headings = dashboard.panels.filter(({ type }: Json) => type === "row");
  const cut = headings[3] === undefined ? height : topOf(headings[3].gridPos.y);
  const name = dashboard.uid.replace("wasabi-s3-operator", "dashboard");
  await Deno.writeTextFile(file, html);
  await screenshot(file, `${IMAGES}${name}.png`, cut);
  if (cut === height) return;
  await Deno.writeTextFile(file, html.replace("body {", `body { position: relative; top: -${cut}px;`));
  await screenshot(file, `${IMAGES}${name}-more.png`, height - cut);
}

async function screenshot(page: string, image: string, height: number): Promise<void> {
  const args = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=0.8",
    `--window-size=${WIDTH},${Math.ceil(height)}`,
    `--screenshot=${image}`,
    `file://${page}`,
  ];
  const { success, stderr } = await new Deno.Command(chromium, { args, stdout: "null" }).output();
  if (!success) throw new Error(`Chromium failed: ${new TextDecoder().decode(stderr)}`);
  console.log(`wrote ${image}`);
}

/** Our alerts, with seconds in the place of minutes. */
function soon(): typeof alertGroups {
  return Object.fromEntries(
    Object.entries(alertGroups).map(([name, alerts]) => [name, alerts.map((alert) => ({ ...alert, for: "5s" }))]),
  );
}
