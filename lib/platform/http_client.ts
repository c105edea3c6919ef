import type { ClientTls } from "../kube/connection.ts";

/**
 * Deno's fetch over a client of its own. HTTP/1.1 alone: an HTTP/2 pool keeps reusing a connection that has gone dark
 * (docs/adr/0002).
 */
export function createFetch({ caCert, cert, key }: ClientTls): { readonly fetch: typeof fetch; close(): void } {
  const client = Deno.createHttpClient({
    http2: false,
    ...(caCert === undefined ? {} : { caCerts: [caCert] }),
    ...(cert !== undefined && key !== undefined ? { cert, key } : {}),
  });
  return { fetch: (input, init) => fetch(input, { ...init, client }), close: () => client.close() };
}
