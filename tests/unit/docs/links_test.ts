import assert from "node:assert/strict";
import { posix } from "node:path";
import { readPages, ROOT } from "../../docs/pages.ts";

const pages = await readPages();
/** Anchors of each page, as GitHub makes them of headings. */
const anchors = new Map(pages.map(({ path, prose }) => [path, anchorsOf(prose)]));

function anchorsOf(prose: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of prose.matchAll(/^#+ (.*)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-");
    let name = anchor;
    for (let count = 1; found.has(name); count++) name = `${anchor}-${count}`;
    found.add(name);
  }
  return found;
}

/** Relative links of a page, each with its path from the root and its anchor. */
function linksOf({ path, prose }: { readonly path: string; readonly prose: string }) {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^(https?|mailto):/.test(target)).map((target) => {
    const [file = "", anchor] = target.split("#");
    return { target, file: file === "" ? path : posix.normalize(posix.join(posix.dirname(path), file)), anchor };
  });
}

for (const page of pages) {
  Deno.test(`every link of ${page.path} leads somewhere`, async () => {
    for (const { target, file, anchor } of linksOf(page)) {
      await Deno.stat(ROOT + file).catch(() => assert.fail(`${target}: there is no ${file}`));
      if (anchor !== undefined) assert.ok(anchors.get(file)?.has(anchor), `${target}: no such heading`);
    }
  });
}

/** The pages that are reached from one by links, it included; a link to a folder leads to all pages in it. */
function reachedFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) {
    const page = pages.find((each) => each.path === path);
    for (const { file } of page === undefined ? [] : linksOf(page)) reached.add(file);
    for (const { path: other } of pages) if (reached.has(`${posix.dirname(other)}/`)) reached.add(other);
  }
  return reached;
}

Deno.test("every page is reached from README", () => {
  const reached = reachedFrom("README.md");
  assert.deepEqual(pages.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});

Deno.test("the index of the documentation names every page, but for those that a list of their own names", () => {
  const index = pages.find(({ path }) => path === "docs/README.md");
  assert.ok(index);
  const named = new Set([index.path, ...linksOf(index).map(({ file }) => file)]);
  const listed = /^docs\/(adr|runbooks)\/(?!README)/;
  const missing = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/") && !named.has(path));
  assert.deepEqual(missing.filter((path) => !listed.test(path)), []);
  for (const list of ["docs/adr/", "docs/runbooks/README.md"]) assert.ok(named.has(list), list);
  assert.deepEqual(missing.filter((path) => !reachedFrom(index.path).has(path)), []);
});
