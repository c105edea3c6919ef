import assert from "node:assert/strict";
import { startTracing } from "../../../../lib/telemetry/tracing/provider.ts";
import { logFields, withLogFields } from "../../../../lib/telemetry/tracing/context.ts";
import type { Tracing } from "../../../../lib/telemetry/tracing/open.ts";
import { VirtualTime } from "../../kube/virtual_time.ts";
import { accepted, type Answer, FakeCollector, hanging, OPTIONS } from "./fake_collector.ts";

const refused: Answer = () => new Response(null, { status: 400 });

/** Tracing to a collector with these answers, whose flush at the end may take no time at all. */
function tracingTo(...answers: Answer[]) {
  const collector = new FakeCollector(answers);
  const deps = collector.deps();
  const clock = { ...deps.clock, sleep: () => Promise.resolve() };
  return { collector, tracing: startTracing(OPTIONS, deps), hasty: startTracing(OPTIONS, { ...deps, clock }) };
}

async function trace({ traceSpan }: Tracing, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await traceSpan(`span ${index}`, {}, () => Promise.resolve());
}

/** Lets what is under way come to an end that needs no time. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("a batch is sent as soon as it is full, and the rest at the end", async () => {
  const { collector, tracing } = tracingTo(accepted);
  await trace(tracing, 3);
  await settled();
  assert.deepEqual(collector.names(), [["span 0", "span 1"]]);
  await tracing.close();
  assert.deepEqual(collector.names(), [["span 0", "span 1"], ["span 2"]]);
  assert.equal(collector.closed, true);
  assert.deepEqual(collector.log.lines, []);
});

Deno.test("spans are sent as protobuf where that is asked for", async () => {
  const collector = new FakeCollector([() => new Response(null)]);
  const tracing = startTracing({ ...OPTIONS, protocol: "http/protobuf" }, collector.deps());
  await trace(tracing, 1);
  await tracing.close();
  const [{ headers, body } = { headers: new Headers(), body: undefined }] = collector.requests;
  assert.equal(headers.get("content-type"), "application/x-protobuf");
  assert.match(new TextDecoder().decode(body), /span 0/);
  assert.equal(collector.counts.exported, 1);
});

Deno.test("a batch that does not fill is sent when its first span has waited long enough, and so is the next", async () => {
  const clock = new VirtualTime();
  using _ = clock.installTimers();
  const { collector, tracing } = tracingTo(accepted);
  for (let batch = 1; batch <= 2; batch++) {
    await trace(tracing, 1);
    await clock.advance(OPTIONS.batch.delayMs - 1);
    assert.equal(collector.requests.length, batch - 1);
    await clock.advance(1);
    assert.equal(collector.requests.length, batch);
  }
  await tracing.close();
  assert.equal(clock.waiting, 0);
});

Deno.test("one batch is under way at a time; the others follow when it has arrived", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { collector, tracing } = tracingTo(() => promise, accepted);
  await trace(tracing, 4);
  await settled();
  assert.deepEqual(collector.names(), [["span 0", "span 1"]]);
  resolve(accepted());
  await settled();
  assert.deepEqual(collector.names(), [["span 0", "span 1"], ["span 2", "span 3"]]);
  await tracing.close();
});

Deno.test("spans beyond the queue are lost and counted while the collector hangs, and work goes on", async () => {
  const { collector, hasty } = tracingTo(hanging);
  await trace(hasty, 100);
  // Two are under way, four wait.
  assert.equal(collector.counts.lost, 94);
  await hasty.close();
  assert.deepEqual(collector.counts, { exported: 0, lost: 100, outages: 1, failing: true });
});

Deno.test("an outage is one warning, and its end one line with the number of spans lost", async () => {
  const { collector, tracing } = tracingTo(refused, refused, refused, accepted);
  for (let batch = 0; batch < 5; batch++) {
    await trace(tracing, 2);
    await settled();
  }
  await tracing.close();
  assert.deepEqual(collector.log.lines.map(({ message, fields }) => [message, fields?.["lost"]]), [
    ["Traces are not exported", 2],
    ["Traces are exported again", 6],
  ]);
  assert.deepEqual(collector.counts, { exported: 4, lost: 6, outages: 1, failing: false });
});

Deno.test("an outage that does not end is told at the end with the number of spans lost", async () => {
  const { collector, tracing } = tracingTo(refused);
  await trace(tracing, 4);
  await tracing.close();
  const { message, fields } = collector.log.lines.at(-1) ?? {};
  assert.deepEqual([message, fields?.["lost"]], ["Traces were lost", 4]);
});

Deno.test("the log shows the endpoint without what may be secret in it", async () => {
  const { collector, tracing } = tracingTo(refused);
  await trace(tracing, 2);
  await tracing.close();
  assert.doesNotMatch(JSON.stringify(collector.log.lines), /hidden/);
  assert.match(JSON.stringify(collector.log.lines), /http:\/\/collector:4318\/v1\/traces"/);
});

Deno.test("a collector that hangs does not hold up the end", async () => {
  const { collector, hasty } = tracingTo(hanging);
  await trace(hasty, 1);
  await hasty.close();
  assert.equal(collector.counts.lost, 1);
});

Deno.test("an export that is under way at the end may come to its own", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const { collector, tracing } = tracingTo(() => promise);
  await trace(tracing, 2);
  const closing = tracing.close();
  await settled();
  resolve(accepted());
  await closing;
  assert.deepEqual(collector.counts, { exported: 2, lost: 0, outages: 0, failing: false });
});

Deno.test("what is said of an export is not said of the pass in whose time it falls", async () => {
  let fields: unknown;
  const { tracing } = tracingTo(() => {
    fields = logFields();
    return accepted();
  });
  await withLogFields({ reconcileId: "1" }, () => tracing.traceSpan("pass", {}, () => trace(tracing, 2)));
  await settled();
  assert.deepEqual(fields, {});
  await tracing.close();
});

Deno.test("nothing that begins after the end is sent", async () => {
  const { collector, tracing } = tracingTo(accepted);
  await tracing.close();
  await trace(tracing, 2);
  await settled();
  assert.equal(collector.requests.length, 0);
});
