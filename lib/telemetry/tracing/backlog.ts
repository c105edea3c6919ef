import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan, SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace";
import { isSampled, withContext } from "./context.ts";
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
      onEnd: (span) => this.#take(span, batches),
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    };
  }

  #take(span: ReadableSpan, batches: SpanProcessor): void {
    if (!isSampled(span.spanContext())) return;
    if (this.#waiting >= this.mostSpans) {
      return withContext(ROOT_CONTEXT, () => this.delivery.lost(1, "the collector does not keep up"));
    }
    this.#waiting++;
    batches.onEnd(span);
  }

  /** The exporter that the batching processor hands its spans to. */
  leaving(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans: ReadableSpan[], done) => {
        this.#waiting -= spans.length;
        // It is not part of the pass in whose time it falls.
        withContext(ROOT_CONTEXT, () => exporter.export(spans, done));
      },
      shutdown: () => exporter.shutdown(),
    };
  }
}
