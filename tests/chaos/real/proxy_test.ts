import assert from "node:assert/strict";
import { dropped, FaultProxy } from "./proxy.ts";

type Sent = readonly [side: "kube" | "aws", method: string, path: string];

/** A server that tells what reached it, and a proxy before it. */
async function withProxy(work: (proxy: FaultProxy, reached: readonly string[]) => Promise<void>): Promise<void> {
  const reached: string[] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using server = Deno.serve(options, async (request) => {
    const { pathname, search } = new URL(request.url);
    reached.push(`${request.method} ${pathname}${search} ${await request.text()}`.trim());
    return new Response("done");
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  await using proxy = new FaultProxy({ kube: { url, kubeconfig: "" }, service: url });
  await work(proxy, reached);
}

async function send(proxy: FaultProxy, [side, method, path]: Sent): Promise<number> {
  const body = method === "GET" ? {} : { body: "x" };
  const response = await fetch(proxy.url(side) + path, { method, ...body });
  await response.body?.cancel();
  return response.status;
}

Deno.test("the proxy numbers what changes something, and nothing else", () =>
  withProxy(async (proxy, reached) => {
    const requests: Sent[] = [
      ["kube", "GET", "/api/v1/secrets"],
      ["kube", "PATCH", "/api/v1/namespaces/a/secrets/b"],
      ["kube", "POST", "/apis/events.k8s.io/v1/namespaces/a/events"],
      ["aws", "GET", "/bucket?tagging"],
      ["aws", "PUT", "/bucket?tagging"],
    ];
    for (const request of requests) await send(proxy, request);
    assert.equal(reached.length, requests.length);
    assert.deepEqual(proxy.sent, ["PATCH /api/v1/namespaces/a/secrets/b", "s3:PUT /bucket?tagging"]);
  }));

Deno.test("a request that is held back reaches nobody; one whose answer is kept back has taken effect", () =>
  withProxy(async (proxy, reached) => {
    proxy.meddle = async ({ name }, next) => {
      if (name.endsWith("/after")) await (await next()).body?.cancel();
      return dropped();
    };
    assert.equal(await send(proxy, ["aws", "PUT", "/before"]), 502);
    assert.equal(await send(proxy, ["aws", "PUT", "/after"]), 502);
    assert.deepEqual(reached, ["PUT /after x"]);
  }));

Deno.test("nothing passes a closed proxy", () =>
  withProxy(async (proxy, reached) => {
    proxy.closed = true;
    assert.equal(await send(proxy, ["kube", "DELETE", "/api/v1/namespaces/a"]), 502);
    assert.deepEqual([reached, proxy.sent], [[], []]);
  }));
