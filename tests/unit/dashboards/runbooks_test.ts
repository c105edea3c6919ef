import assert from "node:assert/strict";
import { ALERT_PREFIX } from "../../../dashboards/src/alerts/alert.ts";
import { alertGroups } from "../../../dashboards/src/alerts/mod.ts";

const RUNBOOKS = new URL("../../../docs/runbooks/", import.meta.url);
const SECTIONS = ["What it means", "Impact", "Find out", "Mend", "When to silence"];
const ALERTS = Object.values(alertGroups).flat();

for (const { name, severity, runbook } of ALERTS) {
  Deno.test(`${name} has a runbook that says all it should`, async () => {
    const page = await Deno.readTextFile(new URL(`${runbook}.md`, RUNBOOKS));
    assert.ok(page.includes(`\`${name}\`, ${severity}:`), "it does not name the alert and its severity");
    assert.deepEqual([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title), SECTIONS);
    assert.match(page, /^```sh\n/m, "no command");
    assert.match(page, /^```promql\n/m, "no query");
  });
}

Deno.test("every runbook is of an alert, and the list of runbooks has them all", async () => {
  const pages: string[] = [];
  for await (const { name } of Deno.readDir(RUNBOOKS)) if (name !== "README.md") pages.push(name);
  assert.deepEqual(pages.sort(), ALERTS.map(({ runbook }) => `${runbook}.md`).sort());
  const list = await Deno.readTextFile(new URL("README.md", RUNBOOKS));
  for (const { name, runbook, severity } of ALERTS) {
    assert.match(list, new RegExp(`\\[\`${name}\`\\]\\(${runbook}\\.md\\) *\\| ${severity} `), name);
  }
});

Deno.test("the readme of the dashboards lists every alert with its severity and its wait", async () => {
  const readme = await Deno.readTextFile(new URL("../../dashboards/README.md", RUNBOOKS));
  const rows = [...readme.matchAll(/^\| `(WasabiS3\w+)` *\| (\w+) *\|.*\| (\d+) min *\|$/gm)];
  const listed = rows.map(([, name, severity, minutes]) => [name, severity, `${minutes}m`].join());
  assert.deepEqual(listed.sort(), ALERTS.map((alert) => [alert.name, alert.severity, alert.for].join()).sort());
});

Deno.test("alerts have names of their own, with our prefix", () => {
  const names = ALERTS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(names.filter((name) => !name.startsWith(ALERT_PREFIX)), []);
});
