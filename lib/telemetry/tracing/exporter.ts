import { JsonTraceSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { chunksOf } from "../../chunks.ts";
import { Deadline } from "../../deadline.ts";
import { untilAborted } from "../../until_aborted.ts";
import type { Clock } from "../api.ts";
import type { Delivery } from "./delivery.ts";
import { serializeSpans } from "./protobuf.ts";
import { spanText } from "./span_error.ts";

export interface ExporterOptions {
  /** Where spans are sent, the path included. */
  readonly url: string;
  readonly protocol: "http/protobuf" | "http/json";
  readonly headers: Readonly<Record<string, string>>;
  /** Bound on one export with all its tries, milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly delivery: Delivery;
}

const FORMATS = {
  "http/protobuf": { serialize: serializeSpans, type: "application/x-protobuf" },
  "http/json": { serialize: JsonTraceSerializer.serializeRequest, type: "application/json" },
} as const;

/** Answers that OTLP says to try again on; all others are final. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** An answer says how many spans were refused, and why; whatever is longer is none. */
const MOST_ANSWER = 65_536;

/** A try that failed. */
class Refusal extends Error {
  constructor(message: string, readonly again: boolean, readonly afterMs?: number) {
    super(message);
  }
}

/**
 * Sends spans to a collector by OTLP over HTTP (opentelemetry.io/docs/specs/otlp), with Deno's fetch and the library's
 * serializers; docs/adr/0012 says why not with the library's transport. Never throws: what is lost is counted.
 */
export class OtlpExporter implements SpanExporter {
  readonly #options: ExporterOptions;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  export(spans: ReadableSpan[], done: (result: { code: 0 | 1 }) => void): void {
    const { delivery } = this.#options;
    delivery.exporting();
    const sent = this.#send(spans).then(({ rejected, why }) => {
      if (rejected > 0) delivery.lost(rejected, why);
      delivery.arrived(spans.length - rejected);
      done({ code: 0 });
    }, (error) => {
      delivery.lost(spans.length, spanText(String(error.message ?? error)));
      done({ code: 1 });
    }).finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }

  /** Waits for what is under way; a `BatchSpanProcessor` waits for what it sends in that moment alone. */
  async forceFlush(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Cuts off what is under way. */
  shutdown(): Promise<void> {
    this.#stop.abort(new Error("the process ended before the collector answered"));
    return Promise.resolve();
  }

  async #send(spans: ReadableSpan[]): Promise<{ readonly rejected: number; readonly why: string }> {
    const { protocol, timeoutMs, clock, random } = this.#options;
    const body = FORMATS[protocol].serialize(spans) as Uint8Array<ArrayBuffer>;
    using deadline = new Deadline(this.#stop.signal);
    const { signal } = deadline;
    deadline.arm(timeoutMs, () => new Error(`no answer in ${timeoutMs} ms`));
    for (let attempt = 1;; attempt++) {
      try {
        return await this.#try(body, signal);
      } catch (error) {
        if (signal.aborted || !(error instanceof Refusal) || !error.again) throw error;
        const delayMs = error.afterMs ?? 500 * 2 ** attempt * (0.5 + random() / 2);
        await clock.sleep(Math.min(delayMs, timeoutMs), signal);
        // What went wrong says more than that the time is over.
        if (signal.aborted) throw error;
      }
    }
  }

  async #try(body: Uint8Array<ArrayBuffer>, signal: AbortSignal) {
    const { url, protocol, headers, fetch } = this.#options;
    const sending = fetch(url, {
      method: "POST",
      body,
      signal,
      redirect: "manual",
      headers: { ...headers, "content-type": FORMATS[protocol].type },
    });
    let response;
    try {
      response = await untilAborted(sending, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new Refusal(`no connection: ${(error as Error).message}`, true);
    }
    const answer = await read(response, signal);
    if (!response.ok) {
      const seconds = Number(response.headers.get("retry-after"));
      const afterMs = seconds >= 1 ? seconds * 1000 : undefined;
      throw new Refusal(`status ${response.status}`, RETRYABLE.has(response.status), afterMs);
    }
    const { rejectedSpans = 0, errorMessage = "" } = partialSuccessIn(answer, response.headers);
    return { rejected: Number(rejectedSpans), why: spanText(errorMessage) };
  }
}

/** What an answer says of spans that were not taken. @throws Refusal where it is not one of an OTLP receiver */
function partialSuccessIn(answer: Uint8Array, headers: Headers): { rejectedSpans?: unknown; errorMessage?: string } {
  if (answer.length === 0) return {};
  const type = headers.get("content-type") ?? "";
  try {
    // The library's own reader of JSON takes whatever comes.
    if (type.includes("json")) return JSON.parse(new TextDecoder().decode(answer)).partialSuccess ?? {};
    if (type.includes("protobuf")) return ProtobufTraceSerializer.deserializeResponse(answer).partialSuccess ?? {};
  } catch { /* said below */ }
  throw new Refusal("the answer is not one of an OTLP receiver", false);
}

/** The whole body. @throws Refusal where it is too long or cut off */
async function read(response: Response, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of chunksOf(response, signal)) {
      if ((size += part.length) > MOST_ANSWER) throw new Refusal("the answer is too long", false);
      parts.push(part);
    }
  } catch (error) {
    if (signal.aborted || error instanceof Refusal) throw error;
    throw new Refusal("the answer was cut off", true);
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}
