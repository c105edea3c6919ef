import assert from "node:assert/strict";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { moved, shown } from "./shown.ts";

const object = (name: string) => ({ kind: "Bucket", object_namespace: "a", name, reason: "Pending" });

Deno.test("a metric that is read when scraped follows what it is read from, down and away", async () => {
  const metrics = new PromMetrics();
  let names = ["one", "two"];
  metrics.onScrape("notReady", () => names.map((name) => ({ labels: object(name), value: 1 })));
  assert.equal((await shown(metrics, "notReady")).length, 2);
  names = ["two"];
  assert.deepEqual(await shown(metrics, "notReady"), [
    '{kind="Bucket",object_namespace="a",name="two",reason="Pending"} 1',
  ]);
  names = [];
  assert.deepEqual(await shown(metrics, "notReady"), []);
});

Deno.test("a metric that nobody reads or counts shows nothing, and not 0", async () => {
  const metrics = new PromMetrics();
  for (const id of ["leaseRenewed", "exportFailing", "processStart", "notReady"] as const) {
    assert.deepEqual(await shown(metrics, id), [], id);
  }
});

Deno.test("what is read more than once with the same labels adds up", async () => {
  const metrics = new PromMetrics();
  const labels = { phase: "Settled" } as const;
  metrics.onScrape("keyPhases", () => [{ labels, value: 1 }, { labels, value: 1 }]);
  assert.deepEqual(await shown(metrics, "keyPhases"), ['{phase="Settled"} 2']);
});

Deno.test("a gauge names its first objects, and counts those left out", async () => {
  const metrics = new PromMetrics();
  let count = 503;
  metrics.onScrape("notReady", function* () {
    for (let i = 0; i < count; i++) yield { labels: object(`b${i}`), value: 1 };
  });
  const lines = await shown(metrics, "notReady");
  assert.equal(lines.length, 500);
  assert.match(lines.at(-1) ?? "", /name="b499"/);
  const omitted = (n: number) => [`{metric="wasabi_s3_operator_not_ready"} ${n}`];
  assert.deepEqual(await shown(metrics, "seriesOmitted"), omitted(3));
  count = 2;
  await metrics.scrape();
  assert.deepEqual(await shown(metrics, "seriesOmitted"), omitted(0));
});

Deno.test("labels of what is read are bounded at each scrape anew: what has gone takes no place", async () => {
  const metrics = new PromMetrics();
  let first = 0;
  metrics.onScrape("resources", function* () {
    for (let i = first; i < first + 300; i++) {
      yield { labels: { kind: "Bucket", object_namespace: `ns${i}`, status: "ready" as const }, value: 1 };
    }
  });
  for (first of [0, 1_000]) {
    const lines = await shown(metrics, "resources");
    assert.equal(lines.length, 201);
    assert.ok(lines.includes(`{kind="Bucket",object_namespace="ns${first + 199}",status="ready"} 1`));
    assert.ok(lines.includes('{kind="Bucket",object_namespace="other",status="ready"} 100'));
  }
});

Deno.test("what tells of the cluster is shown only by the process that leads, what tells of a process by each", async () => {
  const metrics = new PromMetrics();
  let leads = false;
  metrics.showClusterWhile(() => leads);
  metrics.onScrape("keyPhases", () => [{ labels: { phase: "Settled" }, value: 1 }]);
  metrics.onScrape("leader", () => [{ labels: { name: "op" }, value: leads ? 1 : 0 }]);
  assert.deepEqual([await shown(metrics, "keyPhases"), await shown(metrics, "leader")], [[], ['{name="op"} 0']]);
  leads = true;
  assert.deepEqual([await moved(metrics, "keyPhases"), await moved(metrics, "leader")], [
    ['{phase="Settled"} 1'],
    ['{name="op"} 1'],
  ]);
});

Deno.test("a metric that cannot be read is counted, and the rest of the scrape is there", async () => {
  const metrics = new PromMetrics();
  metrics.onScrape("keyPhases", function* () {
    yield { labels: { phase: "Settled" }, value: 1 };
    throw new TypeError("An object without a status");
  });
  metrics.rateLimitHit("s3");
  assert.deepEqual(await shown(metrics, "keyPhases"), []);
  assert.deepEqual(await moved(metrics, "rateLimitHits"), ['{api_type="s3"} 1']);
  assert.match((await shown(metrics, "scrapeErrors"))[0] ?? "", /rotation_phase"} \d$/);
});

for (const value of [NaN, Infinity, -1]) {
  Deno.test(`${value} seconds are not counted, and stop nothing`, async () => {
    const metrics = new PromMetrics();
    metrics.reconciled("Bucket", "success", value);
    metrics.spansExported(value);
    metrics.leaseRenewed("success", NaN);
    assert.deepEqual(await moved(metrics, "reconciles"), ['{kind="Bucket",result="success"} 1']);
    assert.deepEqual(await shown(metrics, "reconcileSeconds"), []);
    assert.deepEqual(await shown(metrics, "spansExported"), ["0"]);
    assert.deepEqual(await shown(metrics, "leaseRenewed"), []);
  });
}

Deno.test("counters of which all labels are known are 0 from the start, in every combination", async () => {
  const metrics = new PromMetrics();
  assert.equal((await shown(metrics, "reconciles")).length, 12);
  assert.deepEqual(await shown(metrics, "rateLimitHits"), ["k8s", "s3", "iam"].map((api) => `{api_type="${api}"} 0`));
  assert.deepEqual(await shown(metrics, "bucketsCreated"), ["0"]);
});
