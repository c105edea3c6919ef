import { Agent as HttpAgent } from "node:http";
import { Agent } from "node:https";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { ConnectionSettings } from "../aws/api.ts";
import type { HttpSide } from "../aws/connection.ts";

const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The HTTP side of a Provider's clients: Deno's fetch over a client of its own.
 * `insecureSkipVerify` needs Node's agent, for Deno's fetch has no such option (measured).
 */
export function openAwsHttp({ insecureSkipVerify, caCert }: ConnectionSettings["tls"]): HttpSide {
  if (insecureSkipVerify) {
    const agents = {
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new Agent({ keepAlive: true, rejectUnauthorized: false }),
    };
    const requestHandler = new NodeHttpHandler({
      ...agents,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionTimeout: 10_000,
    });
    return { requestHandler, close: () => requestHandler.destroy() };
  }
  const client = Deno.createHttpClient({ http2: false, ...(caCert === undefined ? {} : { caCerts: [caCert] }) });
  // A signed request goes to the endpoint that was meant, and nowhere else.
  const requestInit = () => ({ client, redirect: "manual" }) as RequestInit;
  const requestHandler = new FetchHttpHandler({ requestTimeout: REQUEST_TIMEOUT_MS, requestInit });
  return { requestHandler, close: () => client.close() };
}
