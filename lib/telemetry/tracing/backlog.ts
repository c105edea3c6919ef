import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace";
import { isSampled } from "./context.ts";
import type { Delivery } from "./delivery.ts";

/**
 * Bounds the spans that wait for a collector, in front of a `BatchSpanProcessor`, whose own bound drops them without
 * telling how many. Its queue is full exactly when this counter is.
 */
export class Backlog {
  #waiting = 0;

  constructor(readonly mostSpans: number, readonly delivery: Delivery) {}

  /** The processor to put in front of the batching one. */
  before(batches: SpanProcessor): SpanProcessor {
    return {
      onStart() {},
      onEnd: (span) => {
        if (!isSampled(span.spanContext())) return;
        if (this.#waiting >= this.mostSpans) return this.delivery.lost(1, "the collector does not keep up");
        this.#waiting++;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    };
  }

  /** The exporter that the batching processor hands its spans to. */
  leaving(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans: ReadableSpan[], done) => {
        this.#waiting -= spans.length;
        exporter.export(spans, done);
      },
      shutdown: () => exporter.shutdown(),
    };
  }
}
