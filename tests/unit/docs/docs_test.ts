import assert from "node:assert/strict";
import project from "../../../deno.json" with { type: "json" };
import { ANNOTATIONS } from "../../../handlers/names.ts";
import { settings } from "../../../lib/config/settings.ts";
import { catalogue } from "../../../lib/telemetry/catalogue/mod.ts";

const ROOT = new URL("../../../", import.meta.url);

/** Paths of the project's files with one of the endings, from its root. */
async function filesBelow(folder: string, ending: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) found.push(...await filesBelow(`${folder}${name}/`, ending));
    else if (name.endsWith(ending)) found.push(folder + name);
  }
  return found;
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

/** The names that stand in backticks at the start of a table's rows. */
function rowNames(page: string): Set<string> {
  return new Set([...page.matchAll(/^\| `([\w-]+)[^`]*`/gm)].map(([, name = ""]) => name));
}

function missing(names: Iterable<string>, present: ReadonlySet<string>): string[] {
  return [...new Set(names)].filter((name) => !present.has(name));
}

Deno.test("configuration.md lists every setting with its flag and default", async () => {
  const page = await read("docs/configuration.md");
  for (const { env, flag, fallback } of Object.values(settings)) {
    const row = page.split("\n").find((line) => line.startsWith("|") && line.includes(`\`--${flag}\``));
    assert.ok(row, `--${flag} is missing`);
    const [, variable, , shown] = row.split("|").map((cell) => cell.trim());
    assert.equal(variable, env === undefined ? "" : `\`${env}\``, `--${flag}`);
    const hasDefault = fallback !== undefined && !Array.isArray(fallback);
    assert.equal(shown, hasDefault ? `\`${fallback}\`` : "", `default of --${flag}`);
  }
});

Deno.test("configuration.md names every annotation", async () => {
  const page = await read("docs/configuration.md");
  for (const annotation of Object.values(ANNOTATIONS)) {
    const name = annotation.split("/")[1] ?? "";
    assert.match(page, new RegExp(`\`${name}[:\`]`), name);
  }
});

Deno.test("the reference of metrics lists every metric, and no other", async () => {
  const served = new Set<string>(Object.values(catalogue).map(({ name }) => name));
  const listed = rowNames(await read("docs/reference/metrics.md"));
  assert.deepEqual(missing(served, listed), []);
  assert.deepEqual(missing(listed, served), []);
});

/** Words in quotes that the code of the handlers gives as reasons of conditions and Events. */
async function reasonsInCode(): Promise<Set<string>> {
  const found = new Set<string>();
  for (const path of await filesBelow("handlers/", ".ts")) {
    const code = await read(path);
    const given = code.matchAll(
      /(?:Error\(\s*|\b(?:reason|event): |\bevent\(|"(?:Warning|Normal)",\s*)"([A-Z][A-Za-z]+)"/g,
    );
    for (const [, reason = ""] of given) found.add(reason);
  }
  return found;
}

/** Words that are given like reasons and never reach an object. */
const NOT_SHOWN = new Set(["Stale"]);

Deno.test("conditions-and-events.md explains every reason and Event of the code, and no other", async () => {
  const reasons = await reasonsInCode();
  assert.ok(reasons.size > 30, `only ${reasons.size} reasons were found in the code`);
  const listed = rowNames(await read("docs/conditions-and-events.md"));
  assert.deepEqual(missing(reasons, new Set([...listed, ...NOT_SHOWN])), []);
  assert.deepEqual(missing(listed, reasons), []);
});

Deno.test("every task that the documentation names exists", async () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...await filesBelow("docs/", ".md"), ".ci/run"];
  const named = new Set<string>();
  for (const page of pages) {
    for (const [, task = ""] of (await read(page)).matchAll(/deno(?:@[\d.]+)? task ([a-z:]+)/g)) named.add(task);
  }
  assert.deepEqual(missing(named, new Set(Object.keys(project.tasks))), []);
});

Deno.test("the documentation asks for the Deno that the CI script uses", async () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".ci/run", ...await filesBelow("docs/", ".md")];
  const versions = new Set<string>();
  for (const page of pages) {
    for (const [version] of (await read(page)).matchAll(/deno@[\d.]+\d/g)) versions.add(version);
  }
  assert.deepEqual([...versions], ["deno@2.9.6"]);
});
