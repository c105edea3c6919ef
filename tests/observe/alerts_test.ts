import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type Alert } from "../../dashboards/src/alerts/alert.ts";
import { alertGroups } from "../../dashboards/src/alerts/mod.ts";
import { accessKeyCases } from "./alert_cases/access_keys.ts";
import type { AlertCase } from "./alert_cases/case.ts";
import { objectCases } from "./alert_cases/objects.ts";
import { operatorCases } from "./alert_cases/operator.ts";
import { serviceCases } from "./alert_cases/service.ts";
import { findPrometheus } from "./prometheus_binaries.ts";

const RULES = fileURLToPath(import.meta.resolve("../../dashboards/alerts/rules.yaml"));
const ALERTS: readonly Alert[] = Object.values(alertGroups).flat();
const CASES: Readonly<Record<string, readonly AlertCase[]>> = {
  ...objectCases,
  ...accessKeyCases,
  ...serviceCases,
  ...operatorCases,
};

Deno.test("promtool finds nothing wrong with the rule file", async () => {
  await promtool("check", "rules", RULES);
});

for (const { name, severity, summary, description } of ALERTS) {
  const cases = CASES[name] ?? [];

  Deno.test(`${name} has a case that fires and one that stays quiet`, () => {
    assert.ok(cases.some(({ fires }) => fires.length > 0), "no case that fires");
    assert.ok(cases.some(({ fires }) => fires.length === 0), "no case that stays quiet");
  });

  Deno.test(`${name} speaks only of labels that it has`, () => {
    const spoken = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
    for (const { fires } of cases) {
      for (const labels of fires) assert.deepEqual(spoken.filter((label) => !Object.hasOwn(labels, label)), []);
    }
  });

  for (const { fact, series, minute, fires } of cases) {
    Deno.test(`${name} ${fires.length > 0 ? "fires" : "stays quiet"}: ${fact}`, async () => {
      const firing = fires.map((labels) => ({ alertname: name, alertstate: "firing", severity, ...labels }));
      await testRules({ series, minute, firing });
    });
  }
}

/** Fails where other alerts fire than these. */
async function testRules({ series, minute, firing }: {
  readonly series: AlertCase["series"];
  readonly minute: number;
  readonly firing: readonly Readonly<Record<string, string>>[];
}): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  const expectation = {
    expr: 'ALERTS{alertstate="firing"}',
    eval_time: `${minute}m`,
    exp_samples: firing.map((labels) => ({ labels: selector("ALERTS", labels), value: 1 })),
  };
  const test = {
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [expectation],
  };
  try {
    await Deno.writeTextFile(file, stringify({ rule_files: [RULES], evaluation_interval: "1m", tests: [test] }));
    await promtool("test", "rules", file);
  } finally {
    await Deno.remove(file);
  }
}

function selector(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(", ")}}`;
}

async function promtool(...args: string[]): Promise<void> {
  const { promtool } = await findPrometheus();
  const { success, stdout, stderr } = await new Deno.Command(promtool, { args }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
}
