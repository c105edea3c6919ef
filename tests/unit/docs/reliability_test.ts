import assert from "node:assert/strict";

const ROOT = new URL("../../../", import.meta.url);
/** How many mistakes of others the page has. */
const ROWS = 36;
const page = await Deno.readTextFile(new URL("docs/reliability.md", ROOT));
const rows = page.split(/^(?=\*\*\d+\. )/m).slice(1);

/** The tests that a row names, as `[path, name]`. */
function guardsOf(row: string): [string, string][] {
  const items = row.split(/^- /m).slice(1).map((item) => item.replaceAll(/\s+/g, " ").trim());
  return items.map((item) => {
    const [, path = "", name = ""] = /^`(tests\/[\w/]+\.ts)`: (.+)$/.exec(item) ?? [];
    return [path, name];
  });
}

/** Names of tests in a file: of `Deno.test` and steps, facts and names of scenarios, and keys of tables, with … for what varies. */
async function namesIn(path: string): Promise<Set<string>> {
  const code = await Deno.readTextFile(new URL(path, ROOT));
  const literals = code.matchAll(
    /(?:(?:Deno\.test|test\.step)\(\s*|\b(?:fact|name): |^ {2}(?="[^"\n]+":))("[^"\n]+"|`[^`]+`)/gm,
  );
  return new Set([...literals].map(([, literal = ""]) => withoutPlaceholders(literal.slice(1, -1))));
}

function withoutPlaceholders(template: string): string {
  return template.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…");
}

Deno.test("reliability.md has every mistake, in order", () => {
  assert.deepEqual(
    rows.map((row) => Number.parseInt(row.slice(2))),
    Array.from({ length: ROWS }, (_, index) => index + 1),
  );
});

for (const row of rows) {
  Deno.test(`each test that guards against mistake ${Number.parseInt(row.slice(2))} exists`, async () => {
    const guards = guardsOf(row);
    assert.ok(guards.length > 0, "no test is named");
    for (const [path, name] of guards) {
      assert.ok(path !== "" && (await namesIn(path)).has(name), `${path || row} has no test "${name}"`);
    }
  });
}
