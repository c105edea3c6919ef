/**
 * The steps of a release, as .github/workflows/release.yaml takes them: `main.ts STEP [TAG]`. The tag is that of
 * GITHUB_REF_NAME where none is given; what is made lies in dist/.
 */
import { readCommit } from "../executable/commit.ts";
import { notesOf } from "./changelog.ts";
import { complaints, readFacts } from "./check.ts";
import { gather, publish } from "./files.ts";
import { runProgram } from "./programs.ts";
import { logIn, pushChart, type Pushed, pushImage } from "./registry.ts";
import { readRelease, type Release } from "./release.ts";
import { billOfMaterials } from "./sbom.ts";

const ROOT = new URL("../../", import.meta.url);
const DIST = new URL("dist/", ROOT).pathname;
const FILES = `${DIST}release/`;

const steps: Readonly<Record<string, (release: Release) => Promise<void>>> = { check, sbom, image, chart, files, page };

const [name = "", tag] = Deno.args;
const step = steps[name];
if (step === undefined) {
  console.error(`Unknown step "${name}": give one of ${Object.keys(steps).join(", ")}`);
  Deno.exit(2);
}
Deno.chdir(ROOT);
await Deno.mkdir(DIST, { recursive: true });
await step(readRelease(tag, (variable) => Deno.env.get(variable)));

/** Compares the tag with what the project says of its version. */
async function check(release: Release): Promise<void> {
  const found = complaints(release, await readFacts(ROOT));
  for (const complaint of found) console.error(complaint);
  if (found.length > 0) Deno.exit(1);
}

/** Writes dist/sbom.cdx.json. */
async function sbom({ version }: Release): Promise<void> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", "main.ts"] }).output();
  if (!success) throw new Error("deno info does not tell what main.ts imports");
  const { date = new Date().toISOString() } = await readCommit(ROOT);
  const graph = JSON.parse(new TextDecoder().decode(stdout));
  const lock = JSON.parse(await Deno.readTextFile("deno.lock"));
  const bill = billOfMaterials(graph, lock, { version, date, deno: Deno.version.deno });
  await Deno.writeTextFile(`${DIST}sbom.cdx.json`, `${JSON.stringify(bill, undefined, 2)}\n`);
}

async function image(release: Release): Promise<void> {
  await enter(release);
  await tell(await pushImage({ release, run: runProgram, folder: DIST, commit: await readCommit(ROOT) }));
}

async function chart(release: Release): Promise<void> {
  await enter(release);
  const dockerConfig = `${variable("HOME")}/.docker/config.json`;
  await tell(await pushChart({ release, run: runProgram, folder: DIST, dockerConfig }));
}

/** Gathers what `task compile:all`, `task compile:cli` and `sbom` made in dist/release/. */
async function files(release: Release): Promise<void> {
  console.log((await gather(release, { dist: DIST, to: FILES, manifest: "deploy/install.yaml" })).join("\n"));
}

/** Makes the page of the release, with the digests that the steps `image` and `chart` told. */
async function page(release: Release): Promise<void> {
  const digests = { image: variable("IMAGE_DIGEST"), chart: variable("CHART_DIGEST") };
  const notes = notesOf(await Deno.readTextFile("CHANGELOG.md"), release, digests);
  await publish(release, { run: runProgram, folder: FILES, notes });
}

async function enter(release: Release): Promise<void> {
  await logIn(release, { run: runProgram, user: variable("GITHUB_ACTOR"), token: variable("GITHUB_TOKEN") });
}

/** Tells the next steps of the workflow what was pushed. */
async function tell({ name, digest }: Pushed): Promise<void> {
  console.log(`${name}@${digest}`);
  const output = Deno.env.get("GITHUB_OUTPUT");
  if (output) await Deno.writeTextFile(output, `name=${name}\ndigest=${digest}\n`, { append: true });
}

function variable(name: string): string {
  const value = Deno.env.get(name);
  if (value) return value;
  throw new Error(`The variable ${name} is not set`);
}
