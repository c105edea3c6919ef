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

Deno.test("every page is reached from README", () => {
  const reached = new Set(["README.md"]);
  for (const path of reached) {
    const page = pages.find((each) => each.path === path);
    for (const { file } of page === undefined ? [] : linksOf(page)) reached.add(file);
    // A link to a folder leads to its list.
    for (const { path: other } of pages) if (reached.has(`${posix.dirname(other)}/`)) reached.add(other);
  }
  assert.deepEqual(pages.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});
