import type { Clock } from "../telemetry/api.ts";
import { handlingBy, type RequestHandler } from "./request_handler.ts";
import { hasRequestId } from "./web_page.ts";

/** The header `Date` has whole seconds (RFC 9110, 5.6.7), milliseconds. */
const RESOLUTION_MS = 1_000;

/**
 * How far a service's clock is from ours, by the `Date` of its answers. Our own may be wrong by hours, and another
 * replica's by others; what is compared with the service's times must be told by its clock.
 */
export class ServiceClock {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  #aheadMs = 0;

  constructor(clock: Pick<Clock, "now" | "monotonic">) {
    this.#clock = clock;
  }

  /** Milliseconds; 0 as long as no answer contradicts that. */
  get aheadMs(): number {
    return this.#aheadMs;
  }

  /** The same request handler; what the service itself answers is listened to. */
  listening<Handler extends RequestHandler>(handler: Handler): Handler {
    return handlingBy(handler, async (request, options) => {
      const sentAt = this.#clock.monotonic();
      const result = await handler.handle(request, options);
      const { headers } = result.response;
      if (hasRequestId(headers)) this.#heard(Date.parse(headers["date"] ?? ""), this.#clock.monotonic() - sentAt);
      return result;
    });
  }

  /** The service said its time somewhen between request and answer: what does not fit into that is put right. */
  #heard(date: number, tookMs: number): void {
    if (Number.isNaN(date)) return;
    const least = date - this.#clock.now();
    const most = Math.floor(least + tookMs + RESOLUTION_MS);
    this.#aheadMs = Math.min(Math.max(this.#aheadMs, least), most);
  }
}
