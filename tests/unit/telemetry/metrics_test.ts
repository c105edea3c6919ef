import assert from "node:assert/strict";
import { catalogue } from "../../../lib/telemetry/catalogue/mod.ts";
import { processMetrics } from "../../../lib/telemetry/catalogue/process.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { shown } from "./shown.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { showProcess } from "../../../lib/telemetry/process_metrics.ts";

const PREFIX = "wasabi_s3_operator_";

/** What of the metrics' text starts with the name, without the prefix. */
async function lines(metrics: PromMetrics, name: string): Promise<string[]> {
  const { text } = await metrics.scrape();
  return text.split("\n").filter((line) => line.startsWith(`${PREFIX}${name}{`)).map((line) =>
    line.slice(PREFIX.length)
  );
}

/** Those of them that are not 0. */
async function moved(metrics: PromMetrics, name: string): Promise<string[]> {
  return (await lines(metrics, name)).filter((line) => !line.endsWith(" 0"));
}

async function typeOf(metrics: PromMetrics, name: string): Promise<string | undefined> {
  return new RegExp(`^# TYPE ${PREFIX}${name} (\\w+)$`, "m").exec((await metrics.scrape()).text)?.[1];
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
    (m) => m.driftDetected("Bucket", "encryption", "a/one"),
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
    assert.deepEqual(await moved(metrics, name), [line]);
    assert.equal(await typeOf(metrics, name), "counter");
    count(metrics);
    assert.deepEqual(await moved(metrics, name), [line.replace(/1$/, "2")]);
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
  const { text } = await new PromMetrics().scrape();
  const typed = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  const helped = [...text.matchAll(/^# HELP (\S+) \S.*$/gm)].map(([, name]) => name);
  assert.deepEqual(typed, helped);
  assert.deepEqual(typed, Object.values(catalogue).map(({ name }) => name));
});

Deno.test("drift is current until its object is ready again or gone", async () => {
  const metrics = new PromMetrics();
  metrics.driftDetected("Bucket", "tags", "a/one");
  metrics.driftDetected("Bucket", "tags", "a/two");
  metrics.driftDetected("Bucket", "cors", "a/two");
  metrics.driftStays("User", "tags", "a/one");
  metrics.resourceStatus("Bucket", "a/one", "not_ready");
  assert.deepEqual(await lines(metrics, "drift_current"), [
    'drift_current{kind="Bucket",resource_type="tags"} 2',
    'drift_current{kind="Bucket",resource_type="cors"} 1',
    'drift_current{kind="User",resource_type="tags"} 1',
  ]);
  metrics.resourceStatus("Bucket", "a/two", "ready");
  assert.deepEqual(await lines(metrics, "drift_current"), [
    'drift_current{kind="Bucket",resource_type="tags"} 1',
    'drift_current{kind="User",resource_type="tags"} 1',
  ]);
  metrics.resourceStatus("Bucket", "a/one", "deleted");
  metrics.resourceStatus("User", "a/one", "deleted");
  assert.deepEqual(await lines(metrics, "drift_current"), []);
});

Deno.test("the counter of statuses only goes up", async () => {
  const metrics = new PromMetrics();
  for (const status of ["ready", "not_ready", "ready", "deleted"] as const) {
    metrics.resourceStatus("Bucket", "a/one", status);
  }
  metrics.resourceStatus("Bucket", "a/one", "deleted");
  assert.deepEqual(await moved(metrics, "resource_status_total"), [
    'resource_status_total{kind="Bucket",status="ready"} 2',
    'resource_status_total{kind="Bucket",status="not_ready"} 1',
    'resource_status_total{kind="Bucket",status="deleted"} 1',
  ]);
});

Deno.test("two instances share no registry", async () => {
  const [one, other] = [new PromMetrics(), new PromMetrics()];
  one.rateLimitHit("s3");
  assert.deepEqual(await moved(other, "rate_limit_hits_total"), []);
});

Deno.test("the process tells its version, start, processor time and memory", async () => {
  const metrics = new PromMetrics();
  showProcess(metrics, { version: "1.2.3", startedAt: 1_700_000_000_500 });
  assert.deepEqual(await lines(metrics, "build_info"), ['build_info{version="1.2.3"} 1']);
  await metrics.scrape();
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { text } = await metrics.scrape();
  assert.match(text, /^process_start_time_seconds 1700000000.5$/m);
  for (const { name, unit } of Object.values(processMetrics)) {
    const value = Number(new RegExp(`^${name}(?:{.*})? (\\S+)$`, "m").exec(text)?.[1]);
    assert.ok(value > (unit === "bytes" ? 10_000 : 0), `${name} is ${value}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("spans that are exported and lost are counted, and each outage once", async () => {
  const metrics = new PromMetrics();
  metrics.spansExported(7);
  assert.deepEqual(await shown(metrics, "exportFailing"), []);
  for (const isFailing of [true, true, false, true]) metrics.exportFailing(isFailing);
  metrics.spansLost(3);
  metrics.spansLost(2);
  assert.deepEqual(await shown(metrics, "spansExported"), ["7"]);
  assert.deepEqual(await shown(metrics, "spansLost"), ["5"]);
  assert.deepEqual(await shown(metrics, "exportOutages"), ["2"]);
  assert.deepEqual(await shown(metrics, "exportFailing"), ["1"]);
});

for (
  const [event, id] of [
    ["BucketCreated", "bucketsCreated"],
    ["BucketDeleted", "bucketsDeleted"],
    ["UserCreated", "usersCreated"],
    ["AccessKeyCreated", "keysCreated"],
    ["AccessKeyRotationStarted", "keysCreated"],
    ["AccessKeyRotated", "keysRotated"],
    ["AccessKeyRevoked", "keysRevoked"],
    ["PolicyApplied", "policiesApplied"],
  ] as const
) {
  Deno.test(`${event} counts into ${id}, and another Event into nothing`, async () => {
    const metrics = new PromMetrics();
    const before = (await metrics.scrape()).text;
    for (const other of ["ReconcileFailed", "constructor", ""]) metrics.accomplished(other);
    assert.equal((await metrics.scrape()).text, before);
    metrics.accomplished(event);
    assert.deepEqual(await shown(metrics, id), ["1"]);
  });
}

Deno.test("the twin that counts nothing has every method", () => {
  const own = Object.getOwnPropertyNames(PromMetrics.prototype).filter((name) =>
    !["constructor", "scrape"].includes(name)
  );
  assert.deepEqual(Object.keys(noopMetrics).sort(), own.sort());
  for (const method of Object.values(noopMetrics) as (() => unknown)[]) assert.equal(method(), undefined);
});
