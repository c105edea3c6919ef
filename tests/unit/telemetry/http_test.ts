import assert from "node:assert/strict";
import { createProbeHandler } from "../../../lib/telemetry/http.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** Asks a handler whose process is in the state given. */
async function ask(
  path: string,
  { method = "GET", unhealthy = [], unready = [] }: { method?: string; unhealthy?: string[]; unready?: string[] } = {},
): Promise<Answer> {
  const metrics = new PromMetrics();
  metrics.rateLimitHit("s3");
  const handler = createProbeHandler({
    metrics,
    unhealthy: () => unhealthy,
    unready: () => unready,
  });
  const response = await handler(new Request(`http://127.0.0.1:8080${path}`, { method }));
  return { status: response.status, body: await response.text(), headers: response.headers };
}

Deno.test("/metrics answers in the text format of Prometheus", async () => {
  const { status, body, headers } = await ask("/metrics");
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(body, /^wasabi_s3_operator_rate_limit_hits_total\{api_type="s3"\} 1$/m);
});

for (const [path, option] of [["/healthz", "unhealthy"], ["/readyz", "unready"]] as const) {
  Deno.test(`${path} answers 200 ok, or 503 with the reasons`, async () => {
    const good = await ask(path);
    assert.deepEqual([good.status, good.body], [200, "ok\n"]);
    const bad = await ask(path, { [option]: ["the first", "the second"] });
    assert.deepEqual([bad.status, bad.body], [503, "the first\nthe second\n"]);
  });

  Deno.test(`${path} does not depend on the other probe`, async () => {
    const { status } = await ask(path, { unhealthy: ["x"], unready: ["x"], [option]: [] });
    assert.equal(status, 200);
  });
}

Deno.test("a query changes nothing", async () => assert.equal((await ask("/healthz?verbose=1")).status, 200));

for (const path of ["/", "/metrics/", "/health", "/constructor", "/__proto__", "/healthz/../secret"]) {
  Deno.test(`${path} is not found`, async () => {
    const { status, body } = await ask(path);
    assert.deepEqual([status, body], [404, "Not found: there are /metrics, /healthz and /readyz\n"]);
  });
}

for (const path of ["/metrics", "/healthz", "/readyz"]) {
  Deno.test(`HEAD ${path} answers like GET without the body`, async () => {
    const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
    assert.deepEqual([head.status, head.body], [get.status, ""]);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
  });

  Deno.test(`POST ${path} is not allowed`, async () => {
    const { status, headers } = await ask(path, { method: "POST" });
    assert.deepEqual([status, headers.get("allow")], [405, "GET, HEAD"]);
  });
}

Deno.test("HEAD of a failing probe has its status", async () => {
  assert.equal((await ask("/readyz", { method: "HEAD", unready: ["no"] })).status, 503);
});
