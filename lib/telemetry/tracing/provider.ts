import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { Backlog } from "./backlog.ts";
import { Delivery } from "./delivery.ts";
import { OtlpExporter } from "./exporter.ts";
import type { Tracing, TracingDeps } from "./open.ts";
import type { TracingOptions } from "./options.ts";
import { createSampler } from "./sampler.ts";
import { createTraceSpan } from "./trace_span.ts";

/** How long spans may still be sent at shutdown, milliseconds. */
const FLUSH_MS = 2_000;

/**
 * Spans that are sent to a collector in batches. Imported only where there is an endpoint: the libraries under it cost
 * memory and start-up time.
 */
export function startTracing(
  options: TracingOptions,
  { log, metrics, clock, random, createFetch, caCert }: TracingDeps & { readonly caCert?: string | undefined },
): Tracing {
  const http = createFetch(caCert === undefined ? {} : { caCert });
  const { origin, pathname } = new URL(options.url);
  const delivery = new Delivery({ log, metrics, endpoint: origin + pathname });
  const backlog = new Backlog(options.batch.maxQueueSize, delivery);
  const exporter = new OtlpExporter({ ...options, fetch: http.fetch, clock, random, delivery });
  const batches = new BatchSpanProcessor({ ...options.batch, exporter: backlog.leaving(exporter) });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(options.resource)),
    sampler: createSampler(options.sampler, options.ratio),
    spanProcessors: [backlog.before(batches)],
  });
  return {
    traceSpan: createTraceSpan(provider.getTracer("wasabi-s3-operator")),
    async close() {
      const flushed = new AbortController();
      const flushing = provider.forceFlush().catch(() => {}).then(() => exporter.forceFlush())
        .finally(() => flushed.abort());
      await Promise.race([flushing, clock.sleep(FLUSH_MS, flushed.signal)]);
      await exporter.shutdown();
      await flushing;
      // Nothing is left to send.
      await provider.shutdown().catch(() => {});
      delivery.close();
      http.close();
    },
  };
}
