/** One query of a panel, as Grafana sends it. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  /** Kind of panel, as Grafana names it. */
  readonly type: string;
  readonly expr: string;
  readonly legend: string;
  /** Asked for one moment, not over the range. */
  readonly instant: boolean;
}

/** What Grafana puts in the place of variables. */
export interface Values {
  readonly job: string;
  /** Seconds that the dashboard shows. */
  readonly range: number;
  /** Seconds; Grafana takes four times the interval of scrapes at least. */
  readonly rateInterval: number;
}

const FOLDER = new URL("../../dashboards/grafana/", import.meta.url);

/** The dashboards as they are installed. */
// deno-lint-ignore no-explicit-any
export async function readDashboards(): Promise<any[]> {
  const dashboards = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    dashboards.push(JSON.parse(await Deno.readTextFile(new URL(name, FOLDER))));
  }
  return dashboards.sort((a, b) => a.uid.localeCompare(b.uid));
}

/** Every query of every panel, and of the annotations. */
export async function allQueries(): Promise<PanelQuery[]> {
  return (await readDashboards()).flatMap(({ title: dashboard, panels, annotations }) => [
    ...panels.flatMap(({ title: panel, type, targets = [] }: Json) =>
      targets.map(({ expr, legendFormat: legend = "", instant = false }: Json) => (
        { dashboard, panel, type, expr, legend, instant }
      ))
    ),
    ...annotations.list.map(({ name, expr }: Json) => (
      { dashboard, panel: `annotation ${name}`, type: "annotation", expr, legend: "", instant: false }
    )),
  ]);
}

/** What each variable takes its values from, as a query. */
export async function variableQueries(): Promise<{ dashboard: string; name: string; expr: string }[]> {
  return (await readDashboards()).flatMap(({ title: dashboard, templating }) =>
    templating.list.filter(({ type }: Json) => type === "query").map(({ name, definition }: Json) => {
      const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
      return { dashboard, name, expr: `count by (${label}) (${selector})` };
    })
  );
}

/** The queries in the runbooks, one a line, by page. */
export async function runbookQueries(): Promise<{ readonly page: string; readonly queries: readonly string[] }[]> {
  const folder = new URL("../../docs/runbooks/", import.meta.url);
  const pages = [];
  for await (const { name: page } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(page, folder));
    const blocks = [...text.matchAll(/```promql\n(.*?)```/gs)].map(([, block = ""]) => block);
    pages.push({ page, queries: blocks.flatMap((block) => block.split("\n")).filter((line) => line !== "") });
  }
  return pages.filter(({ queries }) => queries.length > 0).sort((a, b) => a.page.localeCompare(b.page));
}

/** A query with every variable replaced, those for namespaces, kinds and Providers by "All". */
export function substituted(expr: string, { job, range, rateInterval }: Values): string {
  return expr
    .replaceAll("$__rate_interval", `${rateInterval}s`)
    .replaceAll("$__range", `${range}s`)
    .replaceAll("$job", job)
    .replaceAll(/\$(namespace|kind|provider)\b/g, ".*");
}

// deno-lint-ignore no-explicit-any
type Json = any;
