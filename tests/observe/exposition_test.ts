import assert from "node:assert/strict";
import { PromMetrics } from "../../lib/telemetry/metrics.ts";
import { showProcess } from "../../lib/telemetry/process_metrics.ts";
import { findPrometheus } from "./prometheus_binaries.ts";

Deno.test("promtool finds nothing wrong with the names, help texts and samples of the metrics", async () => {
  const metrics = new PromMetrics();
  showProcess(metrics, { version: "1.0.0", startedAt: 0 });
  metrics.reconciled("Bucket", "success", 0.1);
  metrics.apiCall("s3", "ListBuckets", "success", 0.1);
  metrics.restRequest({ method: "GET", host: "10.0.0.1:443", code: "<error>" }, 1);
  metrics.queueTaken("Bucket", 0.1);
  metrics.error("Bucket", 'a "quoted"\nline\\');
  const { text } = await metrics.scrape();
  const { promtool } = await findPrometheus();
  const check = new Deno.Command(promtool, { args: ["check", "metrics"], stdin: "piped", stderr: "piped" }).spawn();
  await new Blob([text]).stream().pipeTo(check.stdin);
  const { success, stderr } = await check.output();
  const complaints = new TextDecoder().decode(stderr);
  assert.equal(complaints, "");
  assert.ok(success);
});
