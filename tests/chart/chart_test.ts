import assert from "node:assert/strict";
import { parse } from "yaml";
import project from "../../deno.json" with { type: "json" };
import { kinds } from "../../handlers/kinds.ts";
import { buildCrd } from "../../lib/crd/build.ts";
import { OPERATOR_MANIFEST, operatorManifest } from "../../tools/gen/operator_manifest.ts";
import { CHART, helm } from "./helm.ts";
import { type Manifest, only, readManifests, RELEASE, render } from "./render.ts";

Deno.test("helm lint has nothing to say", async () => {
  const { code, out } = await helm(["lint", "--strict", CHART]);
  assert.equal(code, 0, out);
  assert.doesNotMatch(out, /\[(WARNING|ERROR)\]/);
});

Deno.test("the chart is of the program's version", async () => {
  const chart = parse(await Deno.readTextFile(`${CHART}/Chart.yaml`));
  assert.equal(chart.appVersion, project.version);
});

Deno.test("every value that the schema knows has a default", async () => {
  const schema = JSON.parse(await Deno.readTextFile(`${CHART}/values.schema.json`));
  const values = parse(await Deno.readTextFile(`${CHART}/values.yaml`));
  const { global: _, ...properties } = schema.properties;
  assert.deepEqual(Object.keys(values).sort(), Object.keys(properties).sort());
  for (const [name, group] of Object.entries<Record<string, string>>(properties)) {
    const { properties: inner } = group["$ref"] === "#/definitions/monitor" ? schema.definitions.monitor : group;
    if (inner) assert.deepEqual(Object.keys(values[name]).sort(), Object.keys(inner).sort(), name);
  }
});

Deno.test("deploy/operator.yaml is what the chart makes of its defaults", async () => {
  assert.equal(await Deno.readTextFile(OPERATOR_MANIFEST), await operatorManifest());
});

Deno.test("the CRDs are those of the schemas, and stay", async () => {
  const crds = (await render()).filter(({ kind }) => kind === "CustomResourceDefinition");
  for (const { metadata } of crds) assert.equal(metadata.annotations?.["helm.sh/resource-policy"], "keep");
  const byName = (list: readonly Manifest[]) => list.map(({ metadata: { name }, spec }) => ({ name, spec }));
  const expected = byName(Object.values(kinds).map((kind) => buildCrd(kind) as unknown as Manifest));
  const compare = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;
  assert.deepEqual(byName(crds).sort(compare), JSON.parse(JSON.stringify(expected.sort(compare))));
});

Deno.test("alerts and dashboards are the project's own", async () => {
  const manifests = await render({ prometheusRule: { enabled: true }, dashboards: { enabled: true } });
  const folder = new URL("../../dashboards/", import.meta.url);
  const rules = parse(await Deno.readTextFile(new URL("alerts/rules.yaml", folder)));
  assert.deepEqual(only(manifests, "PrometheusRule").spec, rules);
  const shown = Object.assign({}, ...manifests.filter(({ kind }) => kind === "ConfigMap").map(({ data }) => data));
  const files = await Array.fromAsync(Deno.readDir(new URL("grafana/", folder)));
  assert.deepEqual(Object.keys(shown).sort(), files.map(({ name }) => name).sort());
  for (const [name, text] of Object.entries(shown)) {
    assert.equal(text, await Deno.readTextFile(new URL(`grafana/${name}`, folder)));
  }
});

Deno.test("a package of the chart holds what its links lead to", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const packed = await helm(["package", CHART, "--destination", folder]);
    assert.equal(packed.code, 0, packed.err);
    const { code, out, err } = await helm(["template", `${folder}/${RELEASE}-${project.version}.tgz`, "-n", RELEASE]);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /symbolic link/);
    const crds = readManifests(out).filter(({ kind }) => kind === "CustomResourceDefinition");
    assert.equal(crds.length, Object.keys(kinds).length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
