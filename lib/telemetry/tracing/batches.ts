import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import { isSampled, withContext } from "./context.ts";
import type { Delivery } from "./delivery.ts";
import type { Encoder } from "./encoders.ts";
import type { BatchOptions } from "./options.ts";

/** What is sent at once. */
export interface Batch {
  readonly body: Uint8Array<ArrayBuffer>;
  /** How many are in it. */
  readonly spans: number;
}

export interface BatchesOptions extends BatchOptions {
  readonly encoder: Encoder;
  readonly delivery: Delivery;
  /** Comes to its end whatever becomes of the batch; never throws. */
  readonly send: (batch: Batch) => Promise<void>;
}

/**
 * Spans on their way to a collector: one batch under way, the others behind it, `mostWaiting` spans at most; what finds
 * no room is lost and counted. A span is encoded when it ends, so that nothing of it outlives the call that it tells of
 * but its bytes: docs/adr/0012 has what that saves.
 */
export class Batches implements SpanProcessor {
  readonly #options: BatchesOptions;
  /** Full, or old enough to be sent. */
  readonly #ready: Batch[] = [];
  readonly #underWay = new Set<Promise<void>>();
  /** Spans in the encoder. */
  #open = 0;
  #waiting = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#isClosed || !isSampled(span.spanContext())) return;
    const { encoder, delivery, mostWaiting, mostInBatch } = this.#options;
    if (this.#waiting >= mostWaiting) return delivery.lost(1, "the collector does not keep up");
    encoder.add(span);
    this.#waiting++;
    if (++this.#open >= mostInBatch) this.#seal();
    this.#next();
  }

  /** Sends all that waits, and waits for all that is under way. */
  async forceFlush(): Promise<void> {
    this.#seal();
    while (this.#ready.length > 0) this.#send();
    await Promise.all(this.#underWay);
  }

  /** Takes no more spans. */
  shutdown(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return Promise.resolve();
  }

  #seal(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open === 0) return;
    this.#ready.push({ body: this.#options.encoder.take(), spans: this.#open });
    this.#open = 0;
  }

  /** Sends what is ready, one after the other; else sees to it that what is not will be. */
  #next(): void {
    if (this.#underWay.size > 0) return;
    if (this.#ready.length > 0) return this.#send();
    if (this.#open === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#seal();
      this.#next();
    }, this.#options.delayMs);
  }

  #send(): void {
    const batch = this.#ready.shift() as Batch;
    this.#waiting -= batch.spans;
    // It is not part of the pass in whose time it falls.
    const sent = withContext(ROOT_CONTEXT, () => this.#options.send(batch)).finally(() => {
      this.#underWay.delete(sent);
      if (!this.#isClosed) this.#next();
    });
    this.#underWay.add(sent);
  }
}
