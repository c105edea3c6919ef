/** What the endpoints of the metrics port tell. */
export interface EndpointsOptions {
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly live: () => boolean;
  readonly ready: () => boolean;
}

/** Answers `/metrics`, `/healthz` (alive) and `/readyz` for GET and HEAD. */
export function createEndpoints({ metrics, live, ready }: EndpointsOptions): (request: Request) => Promise<Response> {
  const state = (holds: boolean) => new Response(holds ? "ok\n" : "not ok\n", { status: holds ? 200 : 503 });
  return async ({ method, url }) => {
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Method not allowed\n", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    switch (new URL(url).pathname) {
      case "/metrics":
        return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
      case "/healthz":
        return state(live());
      case "/readyz":
        return state(ready());
      default:
        return new Response("Not found\n", { status: 404 });
    }
  };
}
