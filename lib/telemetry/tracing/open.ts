import { UsageError } from "../../config/usage_error.ts";
import type { ClientTls } from "../../kube/connection.ts";
import { messageOf } from "../../message_of.ts";
import type { Clock, Logger } from "../api.ts";
import type { TraceMetrics } from "../metrics_api.ts";
import { type TraceSpan, untraced } from "./api.ts";
import type { TracingOptions } from "./options.ts";

/** What tracing needs of its surroundings. */
export interface TracingDeps {
  readonly log: Logger;
  readonly metrics: TraceMetrics;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly createFetch: (tls: ClientTls) => { readonly fetch: typeof fetch; close(): void };
  readonly readFile: (path: string) => Promise<string | undefined>;
}

export interface Tracing {
  readonly traceSpan: TraceSpan;
  /** Sends what is left, for two seconds at most. */
  close(): Promise<void>;
}

/**
 * Opens tracing, or says why it is off, in which case nothing of it is loaded.
 * @throws UsageError where the certificate cannot be read
 */
export async function openTracing(
  options: TracingOptions | { readonly off: string },
  deps: TracingDeps,
): Promise<Tracing> {
  const { log } = deps;
  if ("off" in options) {
    log.info("Tracing is off", { why: options.off });
    return { traceSpan: untraced, close: () => Promise.resolve() };
  }
  const { url, sampler, certificateFile } = options;
  const { origin, pathname, port } = new URL(url);
  log.info("Tracing is on", { endpoint: origin + pathname, sampler });
  if (port === "4317") {
    log.warning("Port 4317 is where collectors expect gRPC; traces are sent by HTTP, for which they listen on 4318");
  }
  const caCert = certificateFile === undefined ? undefined : await certificate(certificateFile, deps);
  const { startTracing } = await import("./provider.ts");
  return startTracing(options, { ...deps, caCert });
}

async function certificate(path: string, { readFile }: Pick<TracingDeps, "readFile">): Promise<string> {
  const text = await readFile(path).catch((cause) => {
    throw new UsageError(
      `OTEL_EXPORTER_OTLP_CERTIFICATE (or _TRACES_CERTIFICATE) cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  });
  if (text?.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new UsageError(
    `OTEL_EXPORTER_OTLP_CERTIFICATE (or _TRACES_CERTIFICATE) cannot be "${path}": give a file with certificates as PEM`,
  );
}
