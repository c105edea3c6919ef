import assert from "node:assert/strict";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { addProcessMetrics } from "../../../lib/telemetry/process_metrics.ts";

const PREFIX = "wasabi_s3_operator_";

/** What of the metrics' text starts with the name, without the prefix. */
async function lines(metrics: PromMetrics, name: string): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split("\n").filter((line) => line.startsWith(`${PREFIX}${name}{`)).map((line) =>
    line.slice(PREFIX.length)
  );
}

async function typeOf(metrics: PromMetrics, name: string): Promise<string | undefined> {
  return new RegExp(`^# TYPE ${PREFIX}${name} (\\w+)$`, "m").exec(await metrics.registry.metrics())?.[1];
}

/** Every metric of the contract that is a counter: how it is counted, and the line that it shows then. */
const COUNTERS: readonly (readonly [string, (metrics: PromMetrics) => void, string])[] = [
  ["reconcile_total", (m) => m.reconciled("Bucket", "success", 1), 'reconcile_total{kind="Bucket",result="success"} 1'],
  ["reconcile_total", (m) => m.reconciled("User", "failed", 1), 'reconcile_total{kind="User",result="failed"} 1'],
  [
    "bucket_operations_total",
    (m) => m.bucketOperation("update_tags", "error"),
    'bucket_operations_total{operation="update_tags",result="error"} 1',
  ],
  [
    "provider_connectivity_total",
    (m) => m.providerConnectivity("team-a/wasabi", "disconnected"),
    'provider_connectivity_total{provider="team-a/wasabi",status="disconnected"} 1',
  ],
  [
    "drift_detected_total",
    (m) => m.driftDetected("Bucket", "encryption"),
    'drift_detected_total{kind="Bucket",resource_type="encryption"} 1',
  ],
  [
    "api_call_total",
    (m) => m.apiCall("k8s", "get_provider", "cache_hit"),
    'api_call_total{api_type="k8s",operation="get_provider",result="cache_hit"} 1',
  ],
  ["rate_limit_hits_total", (m) => m.rateLimitHit("iam"), 'rate_limit_hits_total{api_type="iam"} 1'],
  ["error_total", (m) => m.error("User", "AccessDenied"), 'error_total{kind="User",error_type="AccessDenied"} 1'],
  [
    "resource_status_total",
    (m) => m.resourceStatus("Bucket", "team-a/data", "not_ready"),
    'resource_status_total{kind="Bucket",status="not_ready"} 1',
  ],
];

for (const [name, count, line] of COUNTERS) {
  Deno.test(`${line} is what /metrics shows`, async () => {
    const metrics = new PromMetrics();
    count(metrics);
    assert.deepEqual(await lines(metrics, name), [line]);
    assert.equal(await typeOf(metrics, name), "counter");
    count(metrics);
    assert.deepEqual(await lines(metrics, name), [line.replace(/1$/, "2")]);
  });
}

for (
  const [name, observe, label, least] of [
    [
      "reconcile_duration_seconds",
      (m: PromMetrics) => m.reconciled("Bucket", "success", 0.3),
      'kind="Bucket"',
      [0.1, 0.5, 1, 2.5, 5, 10],
    ],
    [
      "api_call_duration_seconds",
      (m: PromMetrics) => m.apiCall("s3", "ListBuckets", "success", 0.3),
      'api_type="s3",operation="ListBuckets"',
      [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5],
    ],
  ] as const
) {
  Deno.test(`${name} is a histogram of seconds with the buckets that dashboards use`, async () => {
    const metrics = new PromMetrics();
    observe(metrics);
    assert.equal(await typeOf(metrics, name), "histogram");
    const buckets = await lines(metrics, `${name}_bucket`);
    for (const bound of least) {
      const expected = `${name}_bucket{le="${bound}",${label}} ${bound < 0.3 ? 0 : 1}`;
      assert.ok(buckets.includes(expected), `${expected} is not in\n${buckets.join("\n")}`);
    }
    assert.deepEqual(await lines(metrics, `${name}_sum`), [`${name}_sum{${label}} 0.3`]);
    assert.deepEqual(await lines(metrics, `${name}_count`), [`${name}_count{${label}} 1`]);
  });
}

Deno.test("a cache hit has no duration", async () => {
  const metrics = new PromMetrics();
  metrics.apiCall("k8s", "get_user", "cache_hit");
  assert.deepEqual(await lines(metrics, "api_call_duration_seconds_count"), []);
});

Deno.test("every metric has a help text, also before it counts anything", async () => {
  const text = await new PromMetrics().registry.metrics();
  const typed = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  const helped = [...text.matchAll(/^# HELP (\S+) \S.*$/gm)].map(([, name]) => name);
  assert.deepEqual(typed, helped);
  assert.equal(typed.length, 12);
});

Deno.test("the gauge of objects moves with their status and ends with them", async () => {
  const metrics = new PromMetrics();
  metrics.resourceStatus("Bucket", "a/one", "not_ready");
  metrics.resourceStatus("Bucket", "a/two", "ready");
  metrics.resourceStatus("User", "a/one", "ready");
  metrics.resourceStatus("Bucket", "a/one", "ready");
  metrics.resourceStatus("Bucket", "a/one", "ready");
  assert.deepEqual(await lines(metrics, "resources"), [
    'resources{kind="Bucket",status="not_ready"} 0',
    'resources{kind="Bucket",status="ready"} 2',
    'resources{kind="User",status="ready"} 1',
  ]);
  metrics.resourceStatus("Bucket", "a/two", "deleted");
  metrics.resourceStatus("Bucket", "a/never-seen", "deleted");
  assert.deepEqual(await lines(metrics, "resources"), [
    'resources{kind="Bucket",status="not_ready"} 0',
    'resources{kind="Bucket",status="ready"} 1',
    'resources{kind="User",status="ready"} 1',
  ]);
  assert.equal(await typeOf(metrics, "resources"), "gauge");
});

Deno.test("the counter of statuses only goes up", async () => {
  const metrics = new PromMetrics();
  for (const status of ["ready", "not_ready", "ready", "deleted"] as const) {
    metrics.resourceStatus("Bucket", "a/one", status);
  }
  assert.deepEqual(await lines(metrics, "resource_status_total"), [
    'resource_status_total{kind="Bucket",status="ready"} 2',
    'resource_status_total{kind="Bucket",status="not_ready"} 1',
    'resource_status_total{kind="Bucket",status="deleted"} 1',
  ]);
});

Deno.test("the gauge of a Provider's connection is 1 or 0, and gone with the Provider", async () => {
  const metrics = new PromMetrics();
  metrics.providerConnectivity("a/wasabi", "connected");
  assert.deepEqual(await lines(metrics, "provider_connected"), ['provider_connected{provider="a/wasabi"} 1']);
  for (const status of ["error", "disconnected"] as const) {
    metrics.providerConnectivity("a/wasabi", "connected");
    metrics.providerConnectivity("a/wasabi", status);
    assert.deepEqual(await lines(metrics, "provider_connected"), ['provider_connected{provider="a/wasabi"} 0']);
  }
  metrics.resourceStatus("Bucket", "a/wasabi", "deleted");
  assert.equal((await lines(metrics, "provider_connected")).length, 1);
  metrics.resourceStatus("Provider", "a/wasabi", "deleted");
  assert.deepEqual(await lines(metrics, "provider_connected"), []);
});

Deno.test("codes from outside cannot make series without end", async () => {
  const metrics = new PromMetrics();
  for (let code = 0; code < 5_000; code++) {
    metrics.error("Bucket", `Code${code}`);
    metrics.apiCall("s3", `Operation${code}`, "error", 1);
    metrics.bucketOperation(`op${code}`, "error");
    metrics.driftDetected("Bucket", `type${code}`);
    metrics.providerConnectivity(`a/${code}`, "error");
  }
  const text = await metrics.registry.metrics();
  assert.ok(text.split("\n").length < 12_000, `${text.split("\n").length} lines`);
  assert.ok((await lines(metrics, "error_total")).includes('error_total{kind="Bucket",error_type="other"} 4800'));
});

Deno.test("two instances share no registry", async () => {
  const [one, other] = [new PromMetrics(), new PromMetrics()];
  one.rateLimitHit("s3");
  assert.deepEqual(await lines(other, "rate_limit_hits_total"), []);
});

Deno.test("the process tells its version, start and memory", async () => {
  const metrics = new PromMetrics();
  addProcessMetrics(metrics.registry, { version: "1.2.3", startedAt: 1_700_000_000_500 });
  assert.deepEqual(await lines(metrics, "build_info"), ['build_info{version="1.2.3"} 1']);
  const text = await metrics.registry.metrics();
  assert.match(text, /^process_start_time_seconds 1700000000.5$/m);
  for (const name of ["process_resident_memory_bytes", "process_heap_bytes"]) {
    const value = Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
    assert.ok(value > 1_000_000, `${name} is ${value}`);
  }
});

Deno.test("the twin that counts nothing has every method", () => {
  const own = Object.getOwnPropertyNames(PromMetrics.prototype).filter((name) => name !== "constructor");
  assert.deepEqual(Object.keys(noopMetrics).sort(), own.sort());
  for (const method of Object.values(noopMetrics) as (() => unknown)[]) assert.equal(method(), undefined);
});
