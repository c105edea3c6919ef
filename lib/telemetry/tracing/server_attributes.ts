import type { Attributes } from "./api.ts";

/** A process talks to few servers, but Providers come and go. */
const MOST_SERVERS = 1_000;
const known = new Map<string, Attributes>();

/** Which server a request goes to, by OpenTelemetry's conventions; each URL is taken apart once. */
export function serverAttributes(url: string): Attributes {
  const found = known.get(url);
  if (found !== undefined) return found;
  const { hostname, port, protocol } = new URL(url);
  const attributes = {
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "http:" ? 80 : 443),
  };
  if (known.size >= MOST_SERVERS) known.clear();
  known.set(url, attributes);
  return attributes;
}
