import assert from "node:assert/strict";
import { isNotFound, isStaleWrite, KubeError } from "../../../lib/kube/errors.ts";
import { KeptMetrics, transportTo } from "./collaborators.ts";

const SECRET = "c2VjcmV0LXZhbHVl";

function answering(status: number, body: string, headers: Record<string, string> = {}): typeof fetch {
  return () => Promise.resolve(new Response(body, { status, headers }));
}

async function failureOf(
  status: number,
  body: unknown,
  { headers = {}, type }: { readonly headers?: Record<string, string>; readonly type?: string } = {},
): Promise<KubeError> {
  const fetch = answering(status, typeof body === "string" ? body : JSON.stringify(body), headers);
  const options = { operation: "x", body: { data: SECRET }, ...(type ? { type } : {}) };
  const transport = transportTo("http://kube", { fetch, headers: { authorization: `Bearer ${SECRET}` } });
  const error = await transport.request("PATCH", `/p`, options).catch((error) => error);
  assert.ok(error instanceof KubeError);
  return error;
}

Deno.test("a Status body gives code, reason, message and the wait asked for", async () => {
  const status = { kind: "Status", code: 429, reason: "TooManyRequests", message: "slow down" };
  const { code, reason, message, retryAfterMs } = await failureOf(429, status, { headers: { "retry-after": "7" } });
  assert.deepEqual({ code, reason, message, retryAfterMs }, {
    code: 429,
    reason: "TooManyRequests",
    message: "slow down",
    retryAfterMs: 7_000,
  });
});

const bodies: Record<string, string> = {
  "a page": "<html>Bad gateway</html>",
  "nothing": "",
  "null": "null",
  "a number": "5",
  "a text": `"oops"`,
  "a list": "[]",
  "half an object": `{"reason":`,
};

for (const [what, body] of Object.entries(bodies)) {
  Deno.test(`an error answer whose body is ${what} keeps its code`, async () => {
    const { code, reason, message, retryAfterMs } = await failureOf(502, body);
    assert.deepEqual([code, reason, retryAfterMs], [502, "", undefined]);
    assert.equal(message, "The API server answered with status 502");
  });
}

const waits: Record<string, number | undefined> = {
  "0": undefined,
  "1": 1_000,
  "-3": undefined,
  "soon": undefined,
  "Wed, 21 Oct 2026 07:28:00 GMT": undefined,
  "100000000": 300_000,
};

for (const [header, expected] of Object.entries(waits)) {
  Deno.test(`Retry-After ${header} means ${expected ?? "no"} milliseconds`, async () => {
    assert.equal((await failureOf(503, {}, { headers: { "retry-after": header } })).retryAfterMs, expected);
  });
}

const JSON_PATCH = "application/json-patch+json";
const causes = (reason: string) => ({ reason: "Invalid", details: { causes: [{ reason, field: "spec.x" }] } });

const kinds: Record<string, {
  status: number;
  body: unknown;
  type?: string;
  stale?: boolean;
  notFound?: boolean;
}> = {
  "a failed test of a JSON patch is stale": { status: 422, body: { reason: "Invalid" }, type: JSON_PATCH, stale: true },
  "an invalid object in a JSON patch is not stale": {
    status: 422,
    body: causes("FieldValueInvalid"),
    type: JSON_PATCH,
  },
  "a forbidden field in a JSON patch is not stale": {
    status: 422,
    body: causes("FieldValueForbidden"),
    type: JSON_PATCH,
  },
  "an invalid object in a merge patch is not stale": { status: 422, body: { reason: "Invalid" } },
  "a webhook's 422 with a reason of its own is not stale": { status: 422, body: { reason: "Denied" } },
  "a conflict is stale": { status: 409, body: { reason: "Conflict" }, stale: true },
  "what exists already is not stale": { status: 409, body: { reason: "AlreadyExists" } },
  "what is not there is not found": { status: 404, body: { reason: "NotFound" }, notFound: true },
  "a 404 that is no Status, as of a proxy, tells nothing": { status: 404, body: {} },
  "a refusal is none of these": { status: 403, body: { reason: "Forbidden" } },
  "a server's error is none of these": { status: 500, body: { reason: "InternalError" } },
};

for (const [fact, { status, body, type, stale = false, notFound = false }] of Object.entries(kinds)) {
  Deno.test(fact, async () => {
    const error = await failureOf(status, body, type ? { type } : {});
    assert.deepEqual([isStaleWrite(error), isNotFound(error)], [stale, notFound]);
  });
}

Deno.test("errors that are not the API server's are none of these kinds", () => {
  const error = Object.assign(new Error("x"), { code: 409 });
  assert.deepEqual([isStaleWrite(error), isNotFound(error)], [false, false]);
});

Deno.test("no message holds the token, the body or the address", async () => {
  const failing: (typeof fetch)[] = [
    (url) => Promise.reject(new TypeError(`error sending request for url (${url}): ${SECRET}`)),
    answering(500, "not JSON"),
    answering(200, `not JSON ${SECRET}`),
    answering(403, "{}"),
  ];
  for (const fetch of failing) {
    const transport = transportTo("http://kube", { fetch, headers: { authorization: `Bearer ${SECRET}` } });
    const options = { operation: "x", body: { data: SECRET }, query: { q: SECRET } };
    const error = await transport.request("POST", "/p", options).catch((error) => error);
    assert.ok(error instanceof KubeError);
    assert.doesNotMatch(`${error.message} ${error.reason}`, new RegExp(`${SECRET}|http://kube`));
  }
});

Deno.test("calls are counted by operation: not found is a success, an abort counts as nothing", async () => {
  const metrics = new KeptMetrics();
  const send = (fetch: typeof globalThis.fetch, signal?: AbortSignal) =>
    transportTo("http://kube", { fetch, metrics })
      .request("GET", "/", { operation: "get_things", ...(signal ? { signal } : {}) }).catch(() => {});
  await send(answering(200, "{}"));
  await send(answering(404, '{"reason":"NotFound"}'));
  await send(answering(429, "{}"));
  await send(() => Promise.reject(new TypeError("refused")));
  await send(answering(200, "{}"), AbortSignal.abort());
  assert.deepEqual(metrics.calls, ["success", "success", "error", "error"].map((result) => `k8s get_things ${result}`));
  assert.equal(metrics.limits, 1);
});

Deno.test("a watch that is told to slow down counts as a rate limit", async () => {
  const metrics = new KeptMetrics();
  const watch = transportTo("http://kube", { fetch: answering(429, "{}"), metrics })
    .watch("/", { operation: "watch", idleMs: 1_000 });
  await assert.rejects(() => watch.next(), { code: 429 });
  assert.equal(metrics.limits, 1);
});
