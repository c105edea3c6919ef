import { readFile } from "node:fs/promises";
import { parse, parseAllDocuments } from "yaml";
import { type KindName, kinds } from "../../handlers/kinds.ts";
import { healthKey } from "../../tools/gen/argocd.ts";
import { goPrograms } from "../api/binaries.ts";
import { run } from "../chart/helm.ts";
import type { Loose } from "../scenarios/admin.ts";

const MODULE = new URL("./verdicts/", import.meta.url);
const PACKAGE = "github.com/kenchrcum/wasabi-s3-operator/tests/gitops/verdicts";
const CONFIG_MAP = new URL("../../deploy/argocd/argocd-cm.yaml", import.meta.url);
const GUIDE = new URL("../../docs/gitops.md", import.meta.url);

/** What the tools make of one version of an object. */
export interface Verdict {
  readonly kstatus: "Current" | "InProgress" | "Failed" | "Terminating" | "Unknown";
  /** kstatus's. */
  readonly message: string;
  /** By the health check of its kind in deploy/argocd/argocd-cm.yaml. */
  readonly argo: { readonly status: "Healthy" | "Progressing" | "Suspended" | "Degraded"; readonly message: string };
  /** By the health check expressions in docs/gitops.md. */
  readonly flux: Verdict["kstatus"];
}

/**
 * Finds the program that asks kstatus, Argo CD's Lua and Flux's CEL, or builds it (a minute or two, once).
 * @throws Error when Go is missing or the build fails
 */
export async function findVerdicts(): Promise<string> {
  return `${await goPrograms("verdicts", { module: MODULE, packages: [PACKAGE] })}/verdicts`;
}

/** @throws Error when a tool cannot read an object */
export async function verdictsOn(objects: readonly Loose[]): Promise<Verdict[]> {
  const { data } = parse(await readFile(CONFIG_MAP, "utf8"));
  const lua = Object.fromEntries((Object.keys(kinds) as KindName[]).map((kind) => [kind, data[healthKey(kind)]]));
  const input = JSON.stringify({ lua, flux: await fluxExpressions(), objects });
  const { code, out, err } = await run(await findVerdicts(), [], { input });
  if (code !== 0) throw new Error(`No verdicts: ${err}`);
  return JSON.parse(out);
}

/** The one entry of healthCheckExprs in the guide. @throws Error where there is none, or another */
async function fluxExpressions(): Promise<unknown> {
  const blocks = [...(await readFile(GUIDE, "utf8")).matchAll(/```yaml\n([^]*?)```/g)];
  const documents = blocks.flatMap(([, text = ""]) => parseAllDocuments(text)).map((document) => document.toJS());
  const [found, ...more] = documents.flatMap(({ spec }) => spec?.healthCheckExprs ?? []);
  if (found === undefined || more.length > 0) throw new Error("docs/gitops.md must have healthCheckExprs once");
  return found;
}
