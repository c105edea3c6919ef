import assert from "node:assert/strict";
import { readJson, textOf } from "../../../lib/kube/body.ts";
import { systemClock } from "../../../lib/platform/clock.ts";
import { Transport } from "../../../lib/kube/transport.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";

const stopped = new Error("Stopped");

/**
 * A body that gives some text and then nothing, whatever becomes of any signal: as fetch leaves it after a collection.
 */
function forgetful(text: string): { readonly response: Response; readonly cancelled: Promise<void> } {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel: () => resolve(),
  });
  return { response: new Response(body), cancelled };
}

function transportOver(response: Response): Transport {
  const endpoint = {
    server: "http://server",
    fetch: () => Promise.resolve(response),
    headers: () => Promise.resolve({}),
  };
  return new Transport(() => endpoint, { metrics: noopMetrics, clock: systemClock });
}

Deno.test("a body whose fetch has forgotten the signal ends when the signal aborts, and its socket is freed", async () => {
  const { response, cancelled } = forgetful("some");
  const stop = new AbortController();
  const texts = textOf(response, stop.signal);
  assert.deepEqual(await texts.next(), { done: false, value: "some" });
  const next = texts.next();
  stop.abort(stopped);
  await assert.rejects(next, stopped);
  await cancelled;
});

Deno.test("a watch whose fetch has forgotten the signal ends when the signal aborts", async () => {
  const { response, cancelled } = forgetful(`{"type":"ADDED","object":{}}\n`);
  const stop = new AbortController();
  const events = transportOver(response).watch("/path", { operation: "watch", signal: stop.signal, idleMs: 60_000 });
  assert.equal((await events.next()).value?.type, "ADDED");
  const next = events.next();
  stop.abort(stopped);
  await assert.rejects(next, stopped);
  await cancelled;
});

Deno.test("an answer whose fetch has forgotten the signal ends with its deadline", async () => {
  const { response, cancelled } = forgetful(`{"kind":`);
  const request = transportOver(response).request("GET", "/path", { operation: "get", timeoutMs: 1 });
  await assert.rejects(request, { name: "KubeError", reason: "Timeout" });
  await cancelled;
});

Deno.test("a consumer that leaves a body early frees its socket", async () => {
  const { response, cancelled } = forgetful("some");
  for await (const text of textOf(response, new AbortController().signal)) {
    assert.equal(text, "some");
    break;
  }
  await cancelled;
});

Deno.test("characters that chunks cut through are whole again", async () => {
  const bytes = new TextEncoder().encode(`{"a":"ä€😀"}`);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  assert.deepEqual(await readJson(new Response(body), new AbortController().signal), { a: "ä€😀" });
});
