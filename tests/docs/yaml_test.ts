import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { render } from "../chart/render.ts";
import { run } from "../chart/helm.ts";
import { Site } from "../chart/site.ts";
import { readExamples } from "../sandbox/demo/examples.ts";
import type { Loose } from "../scenarios/admin.ts";
import { blocksFor } from "./checks.ts";
import { placeOf, readPages, ROOT } from "./pages.ts";
import { findPrograms } from "./programs.ts";
import { meaningOf, unknownFields } from "./yaml.ts";

const pages = await readPages();
const found = blocksFor("yaml", pages.flatMap(({ blocks }) => blocks)).map((block) => ({
  ...meaningOf(block),
  place: placeOf(block),
  isPartial: block.text.includes("# …"),
}));

Deno.test("every object of the documentation is one that a real API server takes", async (test) => {
  await using site = await Site.start();
  const definitions = [`${ROOT}crds/`, fixture("../chart/fixtures/monitoring.yaml"), fixture("fixtures/grafana.yaml")];
  for (const path of definitions) await site.get("create", "-f", path);
  await site.get("wait", "--for=condition=Established", "crds", "--all", "--timeout=30s");
  const { objects: examples } = await readExamples({ accessKeyId: "A", secretAccessKey: "S", endpoint: "https://s3" });
  const namespaces = new Set(["default"]);
  for (const each of found) {
    if (each.is !== "objects") continue;
    await test.step(each.place, async () => {
      for (const object of each.objects) {
        const unknown = unknownFields(object);
        assert.deepEqual(unknown ?? [], []);
        if (unknown !== undefined) continue;
        const { namespace = "default" } = object.metadata;
        if (!namespaces.has(namespace)) await site.get("create", "namespace", namespace);
        namespaces.add(namespace);
        const input: string = JSON.stringify(each.isPartial ? completed(object, examples) : object);
        const args = ["create", "--dry-run=server", "--validate=strict", "-f", "-"];
        const { code, err } = await site.kubectl(args, { input });
        assert.equal(code, 0, `${input}\n${err}`);
        assert.doesNotMatch(err, /warning/i);
      }
    });
  }
});

function fixture(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Of an object that is shown in part, the rest from the example of its kind. */
function completed(object: Loose, examples: readonly Loose[]): Loose {
  const { spec } = examples.find(({ kind }) => kind === object.kind);
  return { ...object, spec: { ...spec, ...object.spec } };
}

for (const each of found) {
  if (each.is !== "values") continue;
  Deno.test(`the chart takes the values of ${each.place}`, async () => {
    assert.ok((await render(each.values)).some(({ kind }) => kind === "Deployment"));
  });
}

Deno.test("promtool takes every query and every rule of the documentation", async () => {
  const rules: Loose[] = found.flatMap((each) => each.is === "rules" ? each.rules : []);
  for (const block of blocksFor("promql", pages.flatMap(({ blocks }) => blocks))) {
    for (const expr of block.text.trim().split("\n")) rules.push({ record: `read:from:${rules.length}`, expr });
  }
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "documentation", rules }] }));
    const { promtool } = await findPrograms();
    const { code, out, err } = await run(promtool, ["check", "rules", file], {});
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`SUCCESS: ${rules.length} rules found`));
  } finally {
    await Deno.remove(file);
  }
});
