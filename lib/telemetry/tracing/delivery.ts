import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { Logger } from "../api.ts";
import type { TraceMetrics } from "../metrics_api.ts";
import { withContext } from "./context.ts";

/**
 * Counts what becomes of spans, and says it: one warning when they begin to get lost, one line when they arrive again.
 */
export class Delivery {
  readonly #log: Logger;
  readonly #metrics: TraceMetrics;
  readonly #endpoint: string;
  /** Spans lost since the outage began; 0 while there is none. */
  #lost = 0;
  /** Of them, those since an export last began: one that arrives ends the outage only if nothing was lost beside it. */
  #lostMeanwhile = 0;
  /** Outages so far. */
  #outages = 0;

  constructor({ log, metrics, endpoint }: {
    readonly log: Logger;
    readonly metrics: TraceMetrics;
    /** For the log, without what may be secret in it. */
    readonly endpoint: string;
  }) {
    this.#log = log;
    this.#metrics = metrics;
    this.#endpoint = endpoint;
  }

  exporting(): void {
    this.#lostMeanwhile = 0;
  }

  arrived(spans: number): void {
    this.#metrics.spansExported(spans);
    if (this.#lost === 0 || this.#lostMeanwhile > 0) return;
    this.#metrics.exportFailing(false);
    this.#log.info("Traces are exported again", { endpoint: this.#endpoint, lost: this.#lost });
    this.#lost = 0;
  }

  lost(spans: number, why: string): void {
    this.#metrics.spansLost(spans);
    if (this.#lost === 0) {
      this.#metrics.exportFailing(true);
      const fields = { endpoint: this.#endpoint, outage: ++this.#outages, lost: spans, why };
      // A span may be lost in the middle of a pass, which has nothing to do with it.
      withContext(ROOT_CONTEXT, () => this.#log.warning("Traces are not exported", fields));
    }
    this.#lost += spans;
    this.#lostMeanwhile += spans;
  }

  /** Says at the end what an outage that has not ended cost. */
  close(): void {
    if (this.#lost > 0) this.#log.warning("Traces were lost", { endpoint: this.#endpoint, lost: this.#lost });
  }
}
