import assert from "node:assert/strict";
import { kinds } from "../../../handlers/kinds.ts";
import type { MetricDefinition } from "../../../lib/telemetry/catalogue/definition.ts";
import { catalogue } from "../../../lib/telemetry/catalogue/mod.ts";

const definitions: readonly MetricDefinition[] = Object.values(catalogue);
const PREFIX = "wasabi_s3_operator_";
const ROOT = new URL("../../../", import.meta.url);

/** The metrics of 0.2.x: labels with the values that they had, and buckets that dashboards use. */
const CONTRACT: Readonly<Record<string, { labels: Record<string, readonly string[]>; buckets?: readonly number[] }>> = {
  reconcile_total: { labels: { kind: [], result: ["success", "failed"] } },
  reconcile_duration_seconds: { labels: { kind: [] }, buckets: [0.1, 0.5, 1, 2.5, 5, 10] },
  bucket_operations_total: {
    labels: {
      operation: [
        "create",
        "reconcile",
        ...["versioning", "encryption", "tags", "lifecycle", "cors"].map((setting) => `update_${setting}`),
        "delete_lifecycle",
        "delete_cors",
      ],
      result: ["success", "error"],
    },
  },
  provider_connectivity_total: { labels: { provider: [], status: ["connected", "disconnected", "error"] } },
  drift_detected_total: {
    labels: { kind: [], resource_type: ["versioning", "encryption", "tags", "lifecycle", "cors", "policy"] },
  },
  api_call_total: {
    labels: { api_type: ["k8s", "s3", "iam"], operation: [], result: ["success", "error", "cache_hit"] },
  },
  api_call_duration_seconds: {
    labels: { api_type: ["k8s", "s3", "iam"], operation: [] },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5],
  },
  rate_limit_hits_total: { labels: { api_type: ["k8s", "s3", "iam"] } },
  error_total: { labels: { kind: [], error_type: [] } },
  resource_status_total: { labels: { kind: [], status: [] } },
};

Deno.test("the metrics of 0.2.x are there with their labels, values and buckets, and are marked", () => {
  const marked = definitions.filter(({ contract }) => contract).map(({ name }) => name);
  assert.deepEqual(marked.sort(), Object.keys(CONTRACT).map((name) => PREFIX + name).sort());
  for (const [name, { labels, buckets = [] }] of Object.entries(CONTRACT)) {
    const definition = definitions.find((each) => each.name === PREFIX + name);
    assert.deepEqual(Object.keys(definition?.labels ?? {}), Object.keys(labels), name);
    for (const [label, values] of Object.entries(labels)) {
      const { values: allowed, most } = definition?.labels[label] ?? {};
      for (const value of values) {
        assert.ok(most !== undefined || allowed?.includes(value), `${name} ${label} ${value}`);
      }
    }
    for (const bound of buckets) assert.ok(definition?.buckets?.includes(bound), `${name} has no bucket ${bound}`);
  }
});

Deno.test("no two metrics have one name", () => {
  const names = definitions.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

for (const { name, type, unit, labels, buckets, help, mostObjects } of definitions) {
  Deno.test(`${name} keeps Prometheus's rules for names, and bounds its labels`, () => {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.equal(name.endsWith("_total"), type === "counter");
    assert.equal(/_seconds(_total)?$/.test(name), unit === "seconds" || unit === "timestamp");
    assert.equal(name.endsWith("_timestamp_seconds") || name === "process_start_time_seconds", unit === "timestamp");
    assert.equal(name.endsWith("_bytes"), unit === "bytes");
    assert.match(help, /^[A-Z0-9].*[^.]$/);
    for (const [label, { values, most }] of Object.entries(labels)) {
      assert.match(label, /^[a-z][a-z_]*$/);
      assert.ok(values !== undefined || most !== undefined || mostObjects !== undefined, `${label} is not bounded`);
      assert.ok(!["le", "namespace", "pod", "job", "instance"].includes(label), `a scrape sets ${label} itself`);
    }
    assert.equal(type === "histogram", buckets !== undefined);
    assert.deepEqual([...buckets ?? []].sort((a, b) => a - b), buckets ?? []);
  });
}

Deno.test("the label kind knows every kind, and no other", () => {
  assert.deepEqual([...catalogue.reconciles.labels.kind.values ?? []].sort(), Object.keys(kinds).sort());
});

/** The words that the code of the handlers gives a field of its steps or aspects, as in `drift: "policy"`. */
async function given(field: "drift" | "operation" | "label", folder = "handlers/"): Promise<string[]> {
  const words: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) words.push(...await given(field, `${folder}${name}/`));
    else {
      const code = await Deno.readTextFile(new URL(folder + name, ROOT));
      words.push(...[...code.matchAll(new RegExp(`\\b${field}: "(\\w+)"`, "g"))].map(([, word = ""]) => word));
    }
  }
  return words;
}

Deno.test("the labels of drift and of bucket operations know what the steps of the handlers say", async () => {
  const { drift: { labels: { resource_type } }, bucketOperations: { labels: { operation } } } = catalogue;
  const [settings, drift, operations] = [await given("label"), await given("drift"), await given("operation")];
  assert.ok(settings.length > 5 && drift.length > 5 && operations.length > 3);
  assert.deepEqual([...settings, ...drift].filter((word) => !resource_type.values?.includes(word)), []);
  const changes = settings.flatMap((setting) => [`update_${setting}`, `delete_${setting}`]);
  assert.deepEqual([...changes, ...operations].filter((word) => !operation.values?.includes(word)), []);
});
