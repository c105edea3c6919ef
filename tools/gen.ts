/**
 * Writes what is generated from the schemas, the catalogue of metrics and the list of IAM actions: crds/*.yaml,
 * docs/reference/*.md, deploy/install.yaml and deploy/iam-policy*.json; the chart's readme; and the health checks of Argo
 * CD.
 * With --check it writes nothing and exits with 1, naming each file that differs or should not be there.
 */
import { kinds } from "../handlers/kinds.ts";
import { buildCrd } from "../lib/crd/build.ts";
import type { KindDefinition } from "../lib/crd/kind.ts";
import { argoConfigMap } from "./gen/argocd.ts";
import { chartReadme } from "./gen/chart_readme.ts";
import { dashboardFiles } from "./gen/dashboards.ts";
import { iamPolicy, PREFIX } from "./gen/iam_policy.ts";
import { metricsPage } from "./gen/metrics.ts";
import { permissionsPage } from "./gen/permissions.ts";
import { referencePage } from "./gen/reference.ts";
import { yamlFile } from "./gen/yaml.ts";

const ROOT = new URL("../", import.meta.url);
/** Folders whose files are all generated, so that one of a former kind is stale too. */
const FOLDERS = ["crds/", "docs/reference/", "dashboards/grafana/", "dashboards/alerts/"];

/** The text of every generated file, by its path from the project's root. */
function generatedFiles(): Map<string, string> {
  const definitions: KindDefinition[] = Object.values(kinds);
  const crds = definitions.map(buildCrd);
  return new Map([
    ...definitions.map((kind, i) => [`crds/${kind.plural}.yaml`, yamlFile([crds[i]])] as const),
    ...definitions.map((kind) => [`docs/reference/${kind.plural}.md`, referencePage(kind)] as const),
    ["docs/reference/metrics.md", metricsPage()],
    ["docs/reference/permissions.md", permissionsPage(source("deploy/operator.yaml"))],
    ["deploy/iam-policy.json", json(iamPolicy())],
    ["deploy/iam-policy-prefix.json", json(iamPolicy({ prefix: PREFIX }))],
    ...dashboardFiles(),
    ["deploy/install.yaml", `${yamlFile(crds)}---\n${source("deploy/operator.yaml")}`],
    ["deploy/argocd/argocd-cm.yaml", argoConfigMap(source("deploy/argocd/health.lua"))],
    ["deploy/helm/wasabi-s3-operator/README.md", chartReadme(source("deploy/helm/wasabi-s3-operator/values.yaml"))],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The text of a file that others are made from. */
function source(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Paths whose file on disk differs from what is generated, is missing, or should not be there. */
export async function staleFiles(): Promise<string[]> {
  const files = generatedFiles();
  const stale: string[] = [];
  for (const [path, text] of files) if (await read(path) !== text) stale.push(path);
  for (const folder of FOLDERS) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (!files.has(folder + name)) stale.push(folder + name);
    }
  }
  return stale;
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function write(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const text = files.get(path);
  const url = new URL(path, ROOT);
  if (text === undefined) return await Deno.remove(url);
  await Deno.mkdir(new URL(".", url), { recursive: true });
  await Deno.writeTextFile(url, text);
}

if (import.meta.main) {
  const isCheck = Deno.args.includes("--check");
  for (const folder of FOLDERS) await Deno.mkdir(new URL(folder, ROOT), { recursive: true });
  const stale = await staleFiles();
  const files = generatedFiles();
  for (const path of stale) {
    if (!isCheck) await write(path, files);
    console.error(`${isCheck ? "stale" : "wrote"} ${path}`);
  }
  if (isCheck && stale.length > 0) {
    console.error("Run `deno task gen` and commit the result");
    Deno.exit(1);
  }
}
