import assert from "node:assert/strict";
import { KubeClient } from "../../../lib/kube/client.ts";
import { isStaleWrite } from "../../../lib/kube/errors.ts";
import type { KubeObject } from "../../../lib/kube/object.ts";
import { Transport } from "../../../lib/kube/transport.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { clientOver, systemTime, type Thing, thing, thingType } from "./collaborators.ts";

const ref = { namespace: "team-a", name: "a" };
const locked = { ...ref, uid: "u", resourceVersion: "7" };
const path = "/apis/test.dev/v1/namespaces/team-a/things";
const answer = thing("a", { version: 8 });

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly type: string | null;
  readonly body: unknown;
}

/** Sends one call to a server that answers with a status and a body. */
async function send(call: (client: KubeClient) => Promise<unknown>, status = 200, body: unknown = answer) {
  const sent: Sent[] = [];
  const written: KubeObject[] = [];
  const fetch: typeof globalThis.fetch = (url, init = {}) => {
    sent.push({
      method: init.method ?? "GET",
      path: new URL(String(url)).pathname,
      type: new Headers(init.headers).get("content-type"),
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
    });
    return Promise.resolve(Response.json(body, { status }));
  };
  // deno-lint-ignore no-explicit-any
  const result: any = await call(clientOver(fetch, written)).catch((error) => error);
  return { sent: sent[0], written, result };
}

const patch = { status: { ready: true } };
const operation = { op: "add", path: "/x", value: 1 } as const;

const calls: Record<string, { call: (client: KubeClient) => Promise<unknown>; sent: Sent }> = {
  "get reads an object": {
    call: (client) => client.get(thingType, ref),
    sent: { method: "GET", path: `${path}/a`, type: null, body: undefined },
  },
  "create posts the draft": {
    call: (client) => client.create(thingType, thing("a")),
    sent: { method: "POST", path, type: "application/json", body: thing("a") },
  },
  "a merge patch without a version carries no lock": {
    call: (client) => client.mergePatch(thingType, { ...ref, uid: "u" }, patch),
    sent: { method: "PATCH", path: `${path}/a`, type: "application/merge-patch+json", body: patch },
  },
  "a merge patch of the status carries its version, beside other metadata": {
    call: (client) =>
      client.mergePatch(thingType, locked, { metadata: { labels: { l: "1" } }, ...patch }, { subresource: "status" }),
    sent: {
      method: "PATCH",
      path: `${path}/a/status`,
      type: "application/merge-patch+json",
      body: { metadata: { labels: { l: "1" }, resourceVersion: "7" }, ...patch },
    },
  },
  "a JSON patch begins with tests of uid and version": {
    call: (client) => client.jsonPatch(thingType, locked, [operation]),
    sent: {
      method: "PATCH",
      path: `${path}/a`,
      type: "application/json-patch+json",
      body: [
        { op: "test", path: "/metadata/uid", value: "u" },
        { op: "test", path: "/metadata/resourceVersion", value: "7" },
        operation,
      ],
    },
  },
  "a JSON patch without uid and version has no tests": {
    call: (client) => client.jsonPatch(thingType, ref, [operation]),
    sent: { method: "PATCH", path: `${path}/a`, type: "application/json-patch+json", body: [operation] },
  },
  "delete goes on in the background, with its preconditions": {
    call: (client) => client.delete(thingType, locked),
    sent: {
      method: "DELETE",
      path: `${path}/a`,
      type: "application/json",
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: "Background",
        preconditions: { uid: "u", resourceVersion: "7" },
      },
    },
  },
};

for (const [fact, { call, sent }] of Object.entries(calls)) {
  Deno.test(fact, async () => assert.deepEqual((await send(call)).sent, sent));
}

Deno.test("the answers of writes are handed on, those of reads and deletions are not", async () => {
  for (const { call, sent } of Object.values(calls)) {
    const { written } = await send(call);
    assert.deepEqual(written, ["POST", "PATCH"].includes(sent.method) ? [answer] : []);
  }
});

Deno.test("what is not there is undefined to a read, fine to a deletion, and an error to a patch", async () => {
  const notFound = { reason: "NotFound" };
  const [get, gone, patched] = await Promise.all([
    send((client) => client.get(thingType, ref), 404, notFound),
    send((client) => client.delete(thingType, ref), 404, notFound),
    send((client) => client.mergePatch(thingType, ref, patch), 404, notFound),
  ]);
  assert.deepEqual([get.result, gone.result, patched.result.code], [undefined, undefined, 404]);
});

Deno.test("an answer about something else is an error, and a Status is one to a deletion alone", async () => {
  const others = [{ kind: "Other" }, { ...answer, metadata: { name: "b" } }, {}, "?"];
  for (const { call, sent } of Object.values(calls)) {
    for (const other of others) {
      const { result, written } = await send(call, 200, other);
      assert.deepEqual([result?.reason, written], ["Unreadable", []], `${sent.method} ${JSON.stringify(other)}`);
    }
    const { result } = await send(call, 200, { kind: "Status", status: "Success" });
    assert.equal(result?.reason, sent.method === "DELETE" ? undefined : "Unreadable");
  }
});

Deno.test("a write that fails hands nothing on", async () => {
  const { written, result } = await send((client) => client.create(thingType, thing("a")), 409, {
    reason: "AlreadyExists",
  });
  assert.deepEqual([written, result.reason], [[], "AlreadyExists"]);
});

Deno.test("a process that lost its lease while credentials were read sends no write, and reads all the same", async () => {
  for (const { call, sent: { method } } of Object.values(calls)) {
    let [isLeader, sent] = [true, 0];
    const headers = () => (isLeader = false, Promise.resolve({}));
    const fetch = () => (sent++, Promise.resolve(Response.json(answer)));
    const transport = new Transport(() => ({ server: "http://kube", fetch, headers }), {
      metrics: noopMetrics,
      clock: systemTime,
    });
    const refusal = await call(new KubeClient({ transport, mayMutate: () => isLeader })).then(
      () => {},
      (error) => error,
    );
    assert.deepEqual([sent, isStaleWrite(refusal)], method === "GET" ? [1, false] : [0, true]);
  }
});

Deno.test("a deletion of what was made anew is a conflict, not fine", async () => {
  const { result } = await send((client) => client.delete(thingType, locked), 409, { reason: "Conflict" });
  assert.equal(result.code, 409);
});

for (const name of ["", ".", ".."]) {
  Deno.test(`the name "${name}" is refused before anything is sent`, async () => {
    for (
      const call of [
        (client: KubeClient) => client.get<Thing>(thingType, { ...ref, name }),
        (client: KubeClient) => client.delete(thingType, { ...ref, name }),
        (client: KubeClient) => client.get<Thing>(thingType, { name: "a", namespace: name }),
      ]
    ) {
      const { sent, result } = await send(call);
      assert.deepEqual([sent, result.code], [undefined, 400]);
    }
  });
}
