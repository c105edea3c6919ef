import assert from "node:assert/strict";
import { untraced } from "../../../../lib/telemetry/tracing/api.ts";
import { openTracing } from "../../../../lib/telemetry/tracing/open.ts";
import { createSampler } from "../../../../lib/telemetry/tracing/sampler.ts";
import { SAMPLERS } from "../../../../lib/telemetry/tracing/options.ts";
import { accepted, FakeCollector, OPTIONS } from "./fake_collector.ts";
import { recorder } from "./recorder.ts";

Deno.test("where tracing is off one line says why, and nothing is traced", async () => {
  const collector = new FakeCollector([accepted]);
  const tracing = await openTracing({ off: "OTEL_EXPORTER_OTLP_ENDPOINT is not set" }, collector.deps());
  await tracing.close();
  assert.equal(tracing.traceSpan, untraced);
  const fields = { why: "OTEL_EXPORTER_OTLP_ENDPOINT is not set" };
  assert.deepEqual(collector.log.lines, [{ level: "INFO", message: "Tracing is off", fields }]);
});

Deno.test("where tracing is on one line says where traces go", async () => {
  const collector = new FakeCollector([accepted]);
  await (await openTracing(OPTIONS, collector.deps())).close();
  const fields = { endpoint: "http://collector:4318/v1/traces", sampler: "parentbased_always_on" };
  assert.deepEqual(collector.log.lines, [{ level: "INFO", message: "Tracing is on", fields }]);
});

Deno.test("an endpoint with gRPC's port is warned of", async () => {
  const collector = new FakeCollector([accepted]);
  await (await openTracing({ ...OPTIONS, url: "http://collector:4317/v1/traces" }, collector.deps())).close();
  assert.match(collector.log.lines[1]?.message ?? "", /4317 .* gRPC.* HTTP.* 4318/);
});

Deno.test("a certificate is read, and one that is none is refused with the variable's name", async () => {
  const collector = new FakeCollector([accepted]);
  await (await openTracing({ ...OPTIONS, certificateFile: "/ca.crt" }, collector.deps())).close();
  await assert.rejects(openTracing({ ...OPTIONS, certificateFile: "/none" }, collector.deps()), {
    name: "UsageError",
    message: /^OTEL_EXPORTER_OTLP_CERTIFICATE \(or _TRACES_CERTIFICATE\) cannot be "\/none": give a file/,
  });
});

const PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

/** Whether a span is recorded: one of its own, one in a sampled trace, one in a trace that is not sampled. */
const SAMPLED: Readonly<Record<typeof SAMPLERS[number], readonly [boolean, boolean, boolean]>> = {
  always_on: [true, true, true],
  always_off: [false, false, false],
  traceidratio: [false, false, false],
  parentbased_always_on: [true, true, false],
  parentbased_always_off: [false, true, false],
  parentbased_traceidratio: [false, true, false],
};

for (const [name, expected] of Object.entries(SAMPLED)) {
  Deno.test(`sampler ${name} with ratio 0 records as OpenTelemetry says`, async () => {
    const seen = [];
    for (const parent of [undefined, `${PARENT}-01`, `${PARENT}-00`]) {
      const { traceSpan, spans } = recorder(createSampler(name as typeof SAMPLERS[number], 0));
      await traceSpan("a", { parent }, () => Promise.resolve());
      seen.push(spans.length === 1);
    }
    assert.deepEqual(seen, expected);
  });
}

Deno.test("a ratio keeps about that share of traces", async () => {
  const { traceSpan, spans } = recorder(createSampler("traceidratio", 0.5));
  for (let index = 0; index < 1_000; index++) await traceSpan("a", {}, () => Promise.resolve());
  assert.ok(spans.length > 400 && spans.length < 600, String(spans.length));
});
