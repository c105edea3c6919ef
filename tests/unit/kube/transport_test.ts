import assert from "node:assert/strict";
import { KubeError } from "../../../lib/kube/errors.ts";
import { Transport, type WatchEvent } from "../../../lib/kube/transport.ts";
import { createFetch } from "../../../lib/platform/http_client.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { systemTime, transportTo } from "./collaborators.ts";
import { outcomeWithinSecond, until } from "./polling.ts";
import { type RawAnswer, RawServer } from "./raw_server.ts";
import { VirtualTime } from "./virtual_time.ts";
import { WatchStream } from "./watch_stream.ts";

const event = (name: string) => JSON.stringify({ type: "ADDED", object: { metadata: { name } } });

/** Reads a watch to its end. */
async function collect(transport: Transport, options: { idleMs?: number; signal?: AbortSignal } = {}) {
  const names: string[] = [];
  const watch = transport.watch<{ metadata: { name: string } }>("/w", {
    operation: "watch",
    idleMs: 60_000,
    ...options,
  });
  for await (const { object } of watch as AsyncIterable<WatchEvent<{ metadata: { name: string } }>>) {
    names.push(object.metadata.name);
  }
  return names;
}

const requests = {
  get: (transport: Transport, signal?: AbortSignal) =>
    transport.request("GET", "/g", { operation: "get", ...(signal ? { signal } : {}) }),
  list: (transport: Transport, signal?: AbortSignal) =>
    transport.request("GET", "/l", { operation: "list", query: { limit: "500" }, ...(signal ? { signal } : {}) }),
  patch: (transport: Transport, signal?: AbortSignal) =>
    transport.request("PATCH", "/p", { operation: "patch", body: { a: 1 }, ...(signal ? { signal } : {}) }),
  watch: (transport: Transport, signal?: AbortSignal) => collect(transport, signal ? { signal } : {}),
};

const cuts: Record<string, (answer: RawAnswer) => Promise<void>> = {
  "in the middle of a body": async (answer) => {
    await answer.head();
    await answer.chunk(`${event("one")}\n{"type":"ADD`);
  },
  "before the headers": () => Promise.resolve(),
  "in the middle of the headers": (answer) => answer.write("HTTP/1.1 200 OK\r\ncontent-ty"),
  "in the middle of an error answer": async (answer) => {
    await answer.head(500);
    await answer.chunk(`{"kind":"Sta`);
  },
};

for (const [where, script] of Object.entries(cuts)) {
  for (const [verb, send] of Object.entries(requests)) {
    Deno.test(`a ${verb} whose socket is destroyed ${where} settles within a second`, async () => {
      await using server = new RawServer(script);
      const client = createFetch({});
      const error = await outcomeWithinSecond(send(transportTo(server.url, { fetch: client.fetch })));
      client.close();
      assert.ok(error instanceof KubeError, String(error));
      assert.equal(error.code, where.includes("error answer") ? 500 : 0);
    });
  }
}

const hangs: Record<string, (answer: RawAnswer) => Promise<void>> = {
  "that holds the headers back": (answer) => answer.gone(),
  "that stops in the middle of the body": async (answer) => {
    await answer.head();
    await answer.chunk(`${event("one")}\n`);
    await answer.gone();
  },
};

for (const [how, script] of Object.entries(hangs)) {
  Deno.test(`a request to a server ${how} times out`, async () => {
    await using server = new RawServer(script);
    const request = transportTo(server.url).request("GET", "/", { operation: "get", timeoutMs: 30 });
    const error = await outcomeWithinSecond(request) as KubeError;
    assert.deepEqual([error.code, error.reason], [0, "Timeout"]);
  });

  Deno.test(`a watch on a server ${how} ends as idle`, async () => {
    await using server = new RawServer(script);
    const error = await outcomeWithinSecond(collect(transportTo(server.url), { idleMs: 30 })) as KubeError;
    assert.deepEqual([error.code, error.reason], [0, "WatchIdle"]);
  });

  for (const [verb, send] of Object.entries(requests)) {
    Deno.test(`a ${verb} to a server ${how} ends with the reason of its signal`, async () => {
      await using server = new RawServer(script);
      const stop = new AbortController();
      const reason = new Error("Stopping");
      const sent = send(transportTo(server.url), stop.signal);
      const outcome = outcomeWithinSecond(sent);
      await until(() => server.requests.length > 0, "the request");
      stop.abort(reason);
      assert.equal(await outcome, reason);
    });
  }
}

Deno.test("a signal that has aborted already sends nothing", async () => {
  await using server = new RawServer((answer) => answer.json(200, {}));
  await assert.rejects(requests.get(transportTo(server.url), AbortSignal.abort(new Error("Stopping"))), /Stopping/);
  assert.equal(server.requests.length, 0);
});

Deno.test("headers that cannot be read in time end the request", async () => {
  const fetch = () => Promise.reject(new Error("Not reached"));
  const endpoint = { server: "http://kube", fetch, headers: () => new Promise<never>(() => {}) };
  const transport = new Transport(() => endpoint, { metrics: noopMetrics, clock: systemTime });
  const request = transport.request("GET", "/", { operation: "get", timeoutMs: 20 });
  assert.equal((await outcomeWithinSecond(request) as KubeError).reason, "Timeout");
});

Deno.test("headers that cannot be read say so, with the cause", async () => {
  const cause = new Error("No token");
  const fetch = () => Promise.reject(new Error("Not reached"));
  const endpoint = { server: "http://kube", fetch, headers: () => Promise.reject(cause) };
  const transport = new Transport(() => endpoint, { metrics: noopMetrics, clock: systemTime });
  const error = await outcomeWithinSecond(requests.get(transport)) as KubeError;
  assert.deepEqual([error.code, error.reason, error.cause], [0, "Credentials", cause]);
});

Deno.test("a redirect is an error and is not followed", async () => {
  await using other = new RawServer((answer) => answer.json(200, {}));
  await using server = new RawServer((answer) => answer.json(302, {}, { location: other.url }));
  const error = await outcomeWithinSecond(requests.patch(transportTo(server.url))) as KubeError;
  assert.equal(error.code, 302);
  assert.equal(other.requests.length, 0);
});

Deno.test("a watch joins lines over chunks, and characters over chunks", async () => {
  const bytes = new TextEncoder().encode(`${event("å€𝄞")}\n\n${event("two")}\n${event("three")}\n`);
  await using server = new RawServer(async (answer) => {
    await answer.head();
    for (const byte of bytes) await answer.chunk(new Uint8Array([byte]));
    await answer.write("0\r\n\r\n");
  });
  assert.deepEqual(await collect(transportTo(server.url)), ["å€𝄞", "two", "three"]);
});

Deno.test("a watch gives many events of one chunk in their order, and drops a last line that has no end", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
  await using server = new RawServer(async (answer) => {
    await answer.head();
    await answer.chunk(names.map((name) => `${event(name)}\n`).join("") + event("cut"));
    await answer.write("0\r\n\r\n");
  });
  assert.deepEqual(await collect(transportTo(server.url)), names);
});

Deno.test("a watch whose reader stops early frees the socket", async () => {
  let gone = false;
  await using server = new RawServer(async (answer) => {
    await answer.head();
    await answer.chunk(`${event("one")}\n${event("two")}\n`);
    await answer.gone();
    gone = true;
  });
  for await (const _event of transportTo(server.url).watch("/w", { operation: "watch", idleMs: 60_000 })) break;
  await until(() => gone, "the socket to be closed");
  assert.equal(server.requests.length, 1);
});

Deno.test("each event of a watch puts its watchdog off", async () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const stream = new WatchStream();
  const transport = transportTo("http://kube", { fetch: (_url, init) => stream.open(init), clock: time });
  const read = collect(transport, { idleMs: 75_000 }).catch((error) => error);
  for (let minute = 0; minute < 10; minute++) {
    await time.advance(60_000);
    stream.send("ADDED", { metadata: { name: "x" } });
  }
  await time.advance(0);
  assert.equal(time.waiting, 1);
  await time.advance(74_999);
  assert.equal(time.waiting, 1);
  await time.advance(1);
  assert.equal((await read).reason, "WatchIdle");
  assert.equal(time.waiting, 0);
});

Deno.test("an error answer whose body stalls is given up, and its socket is freed", async () => {
  for (const verb of ["request", "watch"]) {
    let gone = false;
    await using server = new RawServer(async (answer) => {
      await answer.head(503);
      await answer.chunk("{");
      await answer.gone();
      gone = true;
    });
    const transport = transportTo(server.url);
    const read = verb === "watch"
      ? collect(transport, { idleMs: 30 })
      : transport.request("GET", "/", { operation: "get", timeoutMs: 30 });
    const error = await outcomeWithinSecond(read) as KubeError;
    assert.equal(error.code, 503);
    await until(() => gone, "the socket to be closed");
  }
});

Deno.test("a watch asks for a watch, with its query, and says who asks", async () => {
  await using server = new RawServer((answer) => answer.json(200, {}));
  const transport = transportTo(server.url, { headers: { authorization: "Bearer t" } });
  const options = { operation: "watch", idleMs: 1_000, query: { resourceVersion: "5" } };
  for await (const _event of transport.watch("/w", options));
  const [request] = server.requests;
  assert.equal(request?.path, "/w?resourceVersion=5&watch=1");
  assert.equal(request?.headers.get("authorization"), "Bearer t");
});
