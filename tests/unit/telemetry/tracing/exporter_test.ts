import assert from "node:assert/strict";
import { VirtualTime } from "../../kube/virtual_time.ts";
import { Delivery } from "../../../../lib/telemetry/tracing/delivery.ts";
import { OtlpExporter } from "../../../../lib/telemetry/tracing/exporter.ts";
import { accepted, type Answer, FakeCollector, hanging, OPTIONS } from "./fake_collector.ts";

/** What stands for two spans. */
const BODY = new Uint8Array([1, 2, 3]);

/** Sends two spans to a collector with these answers, and lets the time of an export pass. */
async function exported(answers: readonly Answer[], { cutOff = false } = {}): Promise<FakeCollector> {
  const collector = new FakeCollector([...answers]);
  const clock = new VirtualTime();
  using _ = clock.installTimers();
  const { log, metrics, ...deps } = collector.deps();
  const delivery = new Delivery({ log, metrics, endpoint: "http://collector" });
  const { fetch } = collector;
  const exporter = new OtlpExporter({ ...OPTIONS, ...deps, contentType: "text/x", clock, fetch, delivery });
  const sent = exporter.send({ body: BODY, spans: 2 });
  if (cutOff) exporter.stop();
  await clock.advance(OPTIONS.timeoutMs);
  await sent;
  return collector;
}

function body(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void, type = "application/json") {
  return () => new Response(new ReadableStream({ start }), { headers: { "content-type": type } });
}

Deno.test("spans are posted with the headers that are set, the type of what they are encoded in among them", async () => {
  const collector = await exported([accepted]);
  const [{ url, headers, body } = { url: "", headers: new Headers(), body: undefined }] = collector.requests;
  assert.equal(url, OPTIONS.url);
  assert.equal(headers.get("authorization"), "Bearer hidden");
  assert.equal(headers.get("content-type"), "text/x");
  assert.deepEqual(body, BODY);
  assert.deepEqual(collector.counts, { exported: 2, lost: 0, outages: 0, failing: false });
});

const STRANGE = "the answer is not one of an OTLP receiver";

const REFUSED: Readonly<Record<string, readonly [Answer, string]>> = {
  "a collector that cannot be reached": [() => {
    throw new TypeError("refused");
  }, "no connection: refused"],
  "a collector that is overloaded": [() => new Response(null, { status: 503 }), "status 503"],
  "a status that is final": [() => new Response("no", { status: 400 }), "status 400"],
  "a redirect, which is not followed": [() => new Response(null, { status: 302 }), "status 302"],
  "a web page": [() => new Response("<html>", { headers: { "content-type": "text/html" } }), STRANGE],
  "text that says it is JSON": [() => new Response("no", { headers: { "content-type": "application/json" } }), STRANGE],
  "text that says it is protobuf": [
    () => new Response("not at all", { headers: { "content-type": "application/x-protobuf" } }),
    STRANGE,
  ],
  "an answer that is cut off": [body((stream) => stream.error(new TypeError("cut"))), "the answer was cut off"],
  "an answer without an end": [body((stream) => stream.enqueue(new Uint8Array(1))), "no answer in 60000 ms"],
  "an answer that is too long": [body((stream) => stream.enqueue(new Uint8Array(100_000))), "the answer is too long"],
  "no answer": [hanging, "no answer in 60000 ms"],
};

for (const [what, [answer, why]] of Object.entries(REFUSED)) {
  Deno.test(`${what} costs its spans, and a warning says why`, async () => {
    const collector = await exported([answer]);
    assert.deepEqual(collector.counts, { exported: 0, lost: 2, outages: 1, failing: true });
    const fields = { endpoint: "http://collector", outage: 1, lost: 2, why };
    assert.deepEqual(collector.log.lines, [{ level: "WARNING", message: "Traces are not exported", fields }]);
  });
}

Deno.test("what is tried again is tried ever later, and as long as its time lasts", async () => {
  const collector = await exported([() => new Response(null, { status: 503 })]);
  // After 0.5, 1, 2, 4, 8, 16 and 32 s, for the jitter is 0 here.
  assert.equal(collector.requests.length, 7);
});

const WAITS: Readonly<Record<string, readonly [retryAfter: string, requests: number]>> = {
  "names a wait is asked again after it": ["25", 3],
  "names a wait beyond all timers is asked once": ["99999999999", 1],
  "names a part of a second is asked ever later": ["0.001", 7],
};

for (const [what, [retryAfter, requests]] of Object.entries(WAITS)) {
  Deno.test(`a collector that ${what}`, async () => {
    const busy = () => new Response(null, { status: 503, headers: { "retry-after": retryAfter } });
    const collector = await exported([busy]);
    assert.equal(collector.requests.length, requests);
  });
}

for (const status of [429, 502, 503, 504]) {
  Deno.test(`status ${status} is tried again`, async () => {
    const collector = await exported([() => new Response("later", { status }), accepted]);
    assert.equal(collector.requests.length, 2);
    assert.deepEqual(collector.counts, { exported: 2, lost: 0, outages: 0, failing: false });
  });
}

Deno.test("spans that the collector rejects are lost, the others are not", async () => {
  const partial = { partialSuccess: { rejectedSpans: 1, errorMessage: "too old" } };
  const collector = await exported([() => Response.json(partial)]);
  assert.deepEqual(collector.counts, { exported: 1, lost: 1, outages: 1, failing: true });
});

Deno.test("an export that is under way is cut off at the end", async () => {
  const collector = await exported([hanging], { cutOff: true });
  assert.equal(collector.counts.lost, 2);
});
