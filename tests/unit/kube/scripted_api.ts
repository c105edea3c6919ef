import { WatchStream } from "./watch_stream.ts";

/** A request, without its host; queries without the random `timeoutSeconds`. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };

/**
 * An API server whose answers to lists and watches are given one after the other; the last one is repeated.
 * A watch is answered by a stream that the test feeds, by an error, or not at all ("held").
 */
export class ScriptedApi {
  readonly requests: SentRequest[] = [];
  readonly streams: WatchStream[] = [];
  /** How long the watches were to last, seconds. */
  readonly watchSeconds: number[] = [];
  lists: (Answer | "unreachable" | "held")[] = [];
  watches: (Answer | "unreachable" | "held" | "stream")[] = ["stream"];

  readonly fetch: typeof fetch = (input, init = {}) => {
    const url = new URL(String(input));
    const { watch, timeoutSeconds, ...query } = Object.fromEntries(url.searchParams);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    this.requests.push({ method: watch ? "WATCH" : init.method ?? "GET", path: url.pathname, query, body });
    if (timeoutSeconds !== undefined) this.watchSeconds.push(Number(timeoutSeconds));
    const answer = take(watch ? this.watches : this.lists);
    if (answer === "unreachable" || answer === undefined) return Promise.reject(new TypeError("connection refused"));
    if (answer === "held") {
      return new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    }
    if (answer === "stream") {
      const stream = new WatchStream();
      this.streams.push(stream);
      return stream.open(init);
    }
    const { status, headers = {} } = answer;
    return Promise.resolve(new Response(JSON.stringify(answer.body ?? {}), { status, headers }));
  };

  /** The stream of the watch that was opened last. */
  get stream(): WatchStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error("No watch was opened");
    return stream;
  }

  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  /** The queries sent, of lists or of watches. */
  queries(method: "GET" | "WATCH"): readonly Readonly<Record<string, string>>[] {
    return this.requests.filter((request) => request.method === method).map(({ query }) => query);
  }
}

/** One page of a list. */
export function page(items: readonly unknown[], version: number | string, next?: string): Answer {
  const metadata = { resourceVersion: String(version), ...(next ? { continue: next } : {}) };
  return { status: 200, body: { kind: "ThingList", metadata, items } };
}

export function refusal(status: number, reason = "", headers: Record<string, string> = {}): Answer {
  return { status, body: { kind: "Status", code: status, reason, message: reason }, headers };
}

function take<T>(answers: T[]): T | undefined {
  return answers.length > 1 ? answers.shift() : answers[0];
}
