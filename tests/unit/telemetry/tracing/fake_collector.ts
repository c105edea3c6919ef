import { noopMetrics } from "../../../../lib/telemetry/noop_metrics.ts";
import { systemClock } from "../../../../lib/platform/clock.ts";
import type { TracingDeps } from "../../../../lib/telemetry/tracing/open.ts";
import type { TracingOptions } from "../../../../lib/telemetry/tracing/options.ts";
import { KeptLog } from "../../kube/collaborators.ts";

/** How a collector answers one export; a throw is a connection that fails. */
export type Answer = (signal: AbortSignal) => Response | Promise<Response>;

/** A collector without a network: gives its answers in turn, the last one again and again. */
export class FakeCollector {
  readonly log = new KeptLog();
  readonly requests: { readonly url: string; readonly headers: Headers; readonly body: Uint8Array }[] = [];
  readonly counts = { exported: 0, lost: 0, outages: 0, failing: false };
  closed = false;

  constructor(readonly answers: Answer[]) {}

  readonly fetch = (async (url: string, init: RequestInit) => {
    this.requests.push({ url, headers: new Headers(init.headers), body: init.body as Uint8Array });
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === undefined) throw new TypeError("connection refused");
    return await answer(init.signal as AbortSignal);
  }) as typeof fetch;

  /** Names of the spans that were sent as JSON, request by request. */
  names(): string[][] {
    return this.requests.map(({ body }) => {
      const [{ scopeSpans: [{ spans }] }] = JSON.parse(new TextDecoder().decode(body)).resourceSpans;
      return spans.map(({ name }: { name: string }) => name);
    });
  }

  deps(): TracingDeps {
    return {
      log: this.log,
      metrics: {
        ...noopMetrics,
        spansExported: (spans) => void (this.counts.exported += spans),
        spansLost: (spans) => void (this.counts.lost += spans),
        exportFailing: (isFailing) => {
          this.counts.failing = isFailing;
          if (isFailing) this.counts.outages++;
        },
      },
      clock: systemClock,
      random: () => 0,
      createFetch: () => ({ fetch: this.fetch, close: () => void (this.closed = true) }),
      readFile: (path) => Promise.resolve(path === "/ca.crt" ? "-----BEGIN CERTIFICATE-----" : undefined),
    };
  }
}

export const OPTIONS: TracingOptions = {
  url: "http://collector:4318/v1/traces?key=hidden",
  protocol: "http/json",
  headers: { authorization: "Bearer hidden" },
  timeoutMs: 60_000,
  resource: { "service.name": "test" },
  sampler: "parentbased_always_on",
  ratio: 1,
  batch: { mostWaiting: 4, mostInBatch: 2, delayMs: 60_000 },
};

export function accepted(): Response {
  return Response.json({});
}

/** Never answers, until it is told to stop. */
export function hanging(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
