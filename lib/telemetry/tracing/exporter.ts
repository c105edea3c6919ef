import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { chunksOf } from "../../chunks.ts";
import { Deadline } from "../../deadline.ts";
import { messageOf } from "../../message_of.ts";
import { untilAborted } from "../../until_aborted.ts";
import type { Clock } from "../api.ts";
import type { Batch } from "./batches.ts";
import type { Delivery } from "./delivery.ts";
import { spanText } from "./span_error.ts";

export interface ExporterOptions {
  /** Where spans are sent, the path included. */
  readonly url: string;
  /** What a body is encoded in. */
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bound on one export with all its tries, milliseconds. */
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly delivery: Delivery;
}

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
 * Sends spans to a collector by OTLP over HTTP (opentelemetry.io/docs/specs/otlp), with Deno's fetch; docs/adr/0012 says
 * why not with the library's transport. Never throws: what is lost is counted.
 */
export class OtlpExporter {
  readonly #options: ExporterOptions;
  readonly #stop = new AbortController();

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  async send({ body, spans }: Batch): Promise<void> {
    const { delivery } = this.#options;
    delivery.exporting();
    try {
      const { rejected, why } = await this.#send(body);
      if (rejected > 0) delivery.lost(rejected, why);
      delivery.arrived(spans - rejected);
    } catch (error) {
      delivery.lost(spans, spanText(messageOf(error)));
    }
  }

  /** Cuts off what is under way. */
  stop(): void {
    this.#stop.abort(new Error("the process ended before the collector answered"));
  }

  async #send(body: Batch["body"]): Promise<{ readonly rejected: number; readonly why: string }> {
    const { timeoutMs, clock, random } = this.#options;
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

  async #try(body: Batch["body"], signal: AbortSignal) {
    const { url, contentType, headers, fetch } = this.#options;
    const sending = fetch(url, {
      method: "POST",
      body,
      signal,
      redirect: "manual",
      headers: { ...headers, "content-type": contentType },
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
