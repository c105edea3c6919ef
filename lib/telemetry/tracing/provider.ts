import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { Batches } from "./batches.ts";
import { Delivery } from "./delivery.ts";
import { ENCODERS } from "./encoders.ts";
import { OtlpExporter } from "./exporter.ts";
import { createIds } from "./ids.ts";
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
  const encoder = new ENCODERS[options.protocol]();
  const { contentType } = encoder;
  const exporter = new OtlpExporter({ ...options, contentType, fetch: http.fetch, clock, random, delivery });
  const batches = new Batches({ ...options.batch, encoder, delivery, send: (batch) => exporter.send(batch) });
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(options.resource)),
    sampler: createSampler(options.sampler, options.ratio),
    spanProcessors: [batches],
    idGenerator: createIds(random),
  });
  return {
    traceSpan: createTraceSpan(provider.getTracer("wasabi-s3-operator")),
    async close() {
      const flushed = new AbortController();
      const flushing = batches.forceFlush().finally(() => flushed.abort());
      await Promise.race([flushing, clock.sleep(FLUSH_MS, flushed.signal)]);
      exporter.stop();
      await flushing;
      await provider.shutdown();
      delivery.close();
      http.close();
    },
  };
}
