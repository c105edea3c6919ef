import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { businessDashboard } from "../../../dashboards/src/business/mod.ts";
import { mainDashboard } from "../../../dashboards/src/main/mod.ts";
import { panelsOf, queriesOf } from "./panels.ts";

const DASHBOARDS = [mainDashboard, businessDashboard];

Deno.test("dashboards keep the uids that links know them by", () => {
  assert.deepEqual(DASHBOARDS.map(({ uid }) => uid), ["wasabi-s3-operator", "wasabi-s3-operator-business"]);
});

Deno.test("what is wrong now is on top of the main dashboard", () => {
  const [first] = mainDashboard.panels ?? [];
  assert.equal(first?.title, "What is wrong now");
});

for (const dashboard of DASHBOARDS) {
  const { title, templating } = dashboard;
  const variables = new Set(templating?.list?.map(({ name }) => name));

  Deno.test(`${title}: one can choose data source, installation, namespace, kind and provider`, () => {
    assert.deepEqual([...variables], ["datasource", "job", "namespace", "kind", "provider"]);
  });

  Deno.test(`${title}: every panel says what it shows`, () => {
    for (const panel of panelsOf(dashboard)) {
      assert.ok((panel.description ?? "").length > 10, `${panel.title} has no description`);
      assert.match(panel.description ?? "", /\.$/, `${panel.title}: the description is no sentence`);
    }
  });

  Deno.test(`${title}: every panel with a query has a unit and the chosen data source`, () => {
    for (const panel of panelsOf(dashboard).filter(({ targets = [] }) => targets.length > 0)) {
      assert.ok(panel.fieldConfig?.defaults?.unit, `${panel.title} has no unit`);
      assert.equal(panel.datasource?.uid, "${datasource}", `${panel.title} has another data source`);
    }
  });

  Deno.test(`${title}: every query is of the chosen installation, and rates use the rate interval`, () => {
    for (const { panel, expr } of queriesOf(dashboard)) {
      assert.ok(expr.includes('job=~"$job"'), `${panel}: ${expr}`);
      for (const [, range] of expr.matchAll(/\[([^\]]*)\]/g)) {
        assert.ok(["$__rate_interval", "$__range", "1h"].includes(range ?? ""), `${panel}: ${expr}`);
      }
      for (const [, name = ""] of expr.matchAll(/\$(\w+)/g)) {
        assert.ok(variables.has(name) || name.startsWith("__"), `${panel}: $${name} is no variable`);
      }
    }
  });

  Deno.test(`${title}: panels have ids of their own and do not overlap`, () => {
    const panels = dashboard.panels ?? [];
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set<string>();
    for (const { title = "", gridPos } of panels) {
      const { x, y, w, h } = gridPos ?? assert.fail(`${title} has no place`);
      assert.ok(x + w <= 24, `${title} is too wide`);
      for (let row = y; row < y + h; row++) {
        for (let column = x; column < x + w; column++) {
          const cell = `${column},${row}`;
          assert.ok(!taken.has(cell), `${title} covers another panel`);
          taken.add(cell);
        }
      }
    }
  });
}

Deno.test("the program itself has nothing of Grafana's SDK in it", async () => {
  const main = fileURLToPath(import.meta.resolve("../../../main.ts"));
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", main] }).output();
  const { modules }: { modules: unknown[] } = JSON.parse(new TextDecoder().decode(stdout));
  assert.match(JSON.stringify(modules), /prom-client/);
  assert.doesNotMatch(JSON.stringify(modules), /grafana/);
});
