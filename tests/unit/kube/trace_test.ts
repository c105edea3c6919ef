import assert from "node:assert/strict";
import { KubeClient } from "../../../lib/kube/client.ts";
import { templateOf } from "../../../lib/kube/paths.ts";
import { Transport } from "../../../lib/kube/transport.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { recorder } from "../telemetry/tracing/recorder.ts";
import { systemTime, thingType } from "./collaborators.ts";

const AT = { namespace: "a", name: "data" };

/** A client over a server that gives this answer, the headers that it got, and the spans. */
function traced(answer: () => Response) {
  const { traceSpan, spans, named } = recorder();
  const headers: Headers[] = [];
  const fetch = ((_url: string, init: RequestInit) => {
    headers.push(new Headers(init.headers));
    return Promise.resolve(answer());
  }) as typeof globalThis.fetch;
  const endpoint = () => ({ server: "https://kube.test:6443", fetch, headers: () => Promise.resolve({}) });
  const transport = new Transport(endpoint, { metrics: noopMetrics, clock: systemTime, traceSpan });
  return { kube: new KubeClient({ transport }), traceSpan, spans, named, headers };
}

Deno.test("a request in a span has a span by OpenTelemetry's conventions, and carries its traceparent", async () => {
  const { kube, traceSpan, named, headers } = traced(() => Response.json({ kind: thingType.kind, metadata: AT }));
  await traceSpan("pass", {}, () => kube.get(thingType, AT));
  const span = named("GET /apis/test.dev/v1/namespaces/{namespace}/things/{name}");
  assert.deepEqual({ ...span.attributes }, {
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "url.template": "/apis/test.dev/v1/namespaces/{namespace}/things/{name}",
    "url.full": "https://kube.test:6443/apis/test.dev/v1/namespaces/a/things/data",
    "server.address": "kube.test",
    "server.port": 6443,
  });
  const { traceId, spanId } = span.spanContext();
  assert.equal(headers[0]?.get("traceparent"), `00-${traceId}-${spanId}-01`);
});

Deno.test("a request outside of a span has none, and no traceparent", async () => {
  const { kube, spans, headers } = traced(() => Response.json({ kind: thingType.kind, metadata: AT }));
  await kube.get(thingType, AT);
  assert.deepEqual(spans, []);
  assert.equal(headers[0]?.get("traceparent"), null);
});

const REFUSALS = {
  "that finds nothing is no error": { code: 404, reason: "NotFound", type: undefined },
  "that is refused says why": { code: 403, reason: "Forbidden", type: "Forbidden" },
};

for (const [fact, { code, reason, type }] of Object.entries(REFUSALS)) {
  Deno.test(`the span of a request ${fact}`, async () => {
    const { kube, traceSpan, spans } = traced(() => Response.json({ reason, message: "no" }, { status: code }));
    await traceSpan("pass", {}, () => kube.get(thingType, AT).catch(() => undefined));
    assert.equal(spans[0]?.attributes["http.response.status_code"], code);
    assert.equal(spans[0]?.attributes["error.type"], type);
  });
}

const TEMPLATES: Readonly<Record<string, string>> = {
  "/api/v1/namespaces/a/secrets/b": "/api/v1/namespaces/{namespace}/secrets/{name}",
  "/api/v1/namespaces/a/secrets": "/api/v1/namespaces/{namespace}/secrets",
  "/api/v1/namespaces/a": "/api/v1/namespaces/{name}",
  "/apis/g/v1/things": "/apis/g/v1/things",
  "/apis/g/v1/things/b": "/apis/g/v1/things/{name}",
  "/apis/g/v1/namespaces/a/things/b/status": "/apis/g/v1/namespaces/{namespace}/things/{name}/status",
};

for (const [path, template] of Object.entries(TEMPLATES)) {
  Deno.test(`the template of ${path} is ${template}`, () => assert.equal(templateOf(path), template));
}
