/** What a sandbox tells about its requests. */
export interface Counted {
  counts(): Record<string, number>;
  forget(): void;
}

/** A request with this header is not counted: whoever measures does not measure itself. */
export const UNCOUNTED = "x-sandbox-uncounted";

/**
 * Lets another process ask a sandbox on the sandbox's own port: `GET /_sandbox/counts`, `POST /_sandbox/forget`. No
 * bucket and no path of an API server has such a name. `undefined` for every other request.
 */
export function answerControl(request: Request, log: Counted): Response | undefined {
  const { pathname } = new URL(request.url);
  if (pathname === "/_sandbox/counts") return Response.json(log.counts());
  if (pathname !== "/_sandbox/forget") return undefined;
  log.forget();
  return Response.json({});
}
