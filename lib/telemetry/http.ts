import type { Scrape } from "./exposition.ts";

export interface ProbeOptions {
  readonly metrics: { scrape(accept: string): Promise<Scrape> };
  /** Why the process should be restarted; empty while it is alive. */
  readonly unhealthy: () => readonly string[];
  /** Why the process is not ready yet, or not any more; empty while it is ready. */
  readonly unready: () => readonly string[];
}

/** Answers GET and HEAD of /metrics, /healthz and /readyz; a probe that fails says why, in text. */
export function createProbeHandler(
  { metrics, unhealthy, unready }: ProbeOptions,
): (request: Request) => Promise<Response> {
  const routes: Readonly<Record<string, (headers: Headers) => Response | Promise<Response>>> = {
    "/metrics": async (headers) => {
      const { contentType, text } = await metrics.scrape(headers.get("accept") ?? "");
      return new Response(text, { headers: { "content-type": contentType } });
    },
    "/healthz": () => probe(unhealthy()),
    "/readyz": () => probe(unready()),
  };
  return async ({ method, url, headers }) => {
    const { pathname } = new URL(url);
    const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    if (route === undefined) return text(404, "Not found: there are /metrics, /healthz and /readyz");
    if (method !== "GET" && method !== "HEAD") return text(405, "Method not allowed", { allow: "GET, HEAD" });
    const response = await route(headers);
    return method === "HEAD" ? new Response(null, response) : response;
  };
}

function probe(reasons: readonly string[]): Response {
  return reasons.length === 0 ? text(200, "ok") : text(503, reasons.join("\n"));
}

function text(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(`${body}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}
