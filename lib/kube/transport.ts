import type { Clock } from "../telemetry/api.ts";
import type { CallMetrics } from "../telemetry/metrics_api.ts";
import { type ActiveSpan, type TraceSpan, untraced } from "../telemetry/tracing/api.ts";
import { serverAttributes } from "../telemetry/tracing/server_attributes.ts";
import { Deadline } from "../deadline.ts";
import { untilAborted } from "../until_aborted.ts";
import { readJson, textOf } from "./body.ts";
import { isNotFound, KubeError } from "./errors.ts";
import { templateOf } from "./paths.ts";

/** Where the API server is and how requests are signed; a new one where its CA or certificates change. */
export interface KubeEndpoint {
  /** Base URL without a trailing slash. */
  readonly server: string;
  /** Deno's fetch over a client of its own: client-node's hangs on cut bodies (docs/adr/0002). */
  readonly fetch: typeof fetch;
  /** Headers of each request, such as a bearer token that is read anew. */
  headers(): Promise<Readonly<Record<string, string>>>;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Content type of the body; JSON by default. */
  readonly type?: string;
  readonly signal?: AbortSignal;
  /** Bound on headers and body together, milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  /** Called right before the request is sent, after all that may take time; what it throws keeps it from being sent. */
  readonly admit?: () => void;
  /** Label `operation` of `api_call_total`. */
  readonly operation: string;
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string }[] };
}

const TIMEOUT_MS = 30_000;
/** A server that asks for a longer wait is asked again after this long, milliseconds. */
const MOST_RETRY_AFTER_MS = 300_000;

/** Sends requests to one API server. Every method throws `KubeError`, or the signal's reason when aborted. */
export class Transport {
  constructor(
    readonly endpoint: () => KubeEndpoint,
    readonly deps: { readonly metrics: CallMetrics; readonly clock: Clock; readonly traceSpan?: TraceSpan },
  ) {}

  /** A request in a reconcile has a span, by OpenTelemetry's conventions for HTTP. */
  request<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const { traceSpan = untraced } = this.deps;
    const template = templateOf(path);
    const attributes = () => {
      const { server } = this.endpoint();
      return {
        "http.request.method": method,
        "url.template": template,
        // Without a query.
        "url.full": server + path,
        ...serverAttributes(server),
      };
    };
    return traceSpan(
      `${method} ${template}`,
      { kind: "client", nested: true, expected: isNotFound, attributes },
      (span) => this.#request(method, path, options, span),
    );
  }

  async #request<T>(method: string, path: string, options: RequestOptions, span: ActiveSpan): Promise<T> {
    const { metrics, clock } = this.deps;
    const started = clock.monotonic();
    using deadline = new Deadline(options.signal);
    deadline.arm(
      options.timeoutMs ?? TIMEOUT_MS,
      () => new KubeError(0, "Timeout", "The API server did not answer in time"),
    );
    const count = (result: "success" | "error") =>
      metrics.apiCall("k8s", options.operation, result, (clock.monotonic() - started) / 1000);
    try {
      const response = await this.#send(method, path, options, deadline.signal, span.traceparent);
      span.set(() => ({ "http.response.status_code": response.status }));
      const answer = await readJson<T>(response, deadline.signal);
      count("success");
      return answer;
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (error instanceof KubeError && error.code > 0) span.set(() => ({ "http.response.status_code": error.code }));
      count(isNotFound(error) ? "success" : "error");
      if (error instanceof KubeError && error.code === 429) metrics.rateLimitHit("k8s");
      throw asKubeError(error, deadline.signal);
    }
  }

  /**
   * The events of a watch, until the server ends it, the signal aborts, or nothing came for `idleMs`.
   * The watchdog runs before the request is sent: some proxies hold the headers until the first event.
   */
  async *watch<T>(path: string, options: RequestOptions & { readonly idleMs: number }): AsyncGenerator<WatchEvent<T>> {
    const idle = new Deadline(options.signal);
    const { signal } = idle;
    const arm = () => idle.arm(options.idleMs, () => new KubeError(0, "WatchIdle", "Nothing came on the watch"));
    try {
      arm();
      const response = await this.#send("GET", path, { ...options, query: { ...options.query, watch: "1" } }, signal);
      let rest = "";
      for await (const chunk of textOf(response, signal)) {
        arm();
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line !== "") yield JSON.parse(line) as WatchEvent<T>;
      }
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (error instanceof KubeError && error.code === 429) this.deps.metrics.rateLimitHit("k8s");
      throw asKubeError(error, signal);
    } finally {
      // Frees the socket when the consumer stops early.
      idle.abort(new KubeError(0, "Closed", "The watch was closed"));
    }
  }

  async #send(
    method: string,
    path: string,
    { query, body, type, admit }: RequestOptions,
    signal: AbortSignal,
    traceparent?: string,
  ): Promise<Response> {
    const credentials = await this.#credentials(signal);
    admit?.();
    // After the credentials: reading them may have replaced the client.
    const endpoint = this.endpoint();
    const search = query && Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : "";
    const sending = endpoint.fetch(`${endpoint.server}${path}${search}`, {
      method,
      signal,
      // A redirect is an error: it would repeat a write as a read, or hand the token to another server.
      redirect: "manual",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": type ?? "application/json" }),
        ...(traceparent === undefined ? {} : { traceparent }),
        ...credentials,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await this.#counted(sending, { method, server: endpoint.server, signal });
    if (response.ok) return response;
    throw await failure(response, { type, signal });
  }

  /** Counts a request once its answer begins, or will not come. */
  async #counted(
    sending: Promise<Response>,
    { method, server, signal }: { readonly method: string; readonly server: string; readonly signal: AbortSignal },
  ): Promise<Response> {
    const { metrics, clock } = this.deps;
    const started = clock.monotonic();
    let code = "<error>";
    try {
      const response = await untilAborted(sending, signal);
      code = String(response.status);
      return response;
    } finally {
      const host = server.replace(/^https?:\/\//, "");
      metrics.restRequest({ method, host, code }, (clock.monotonic() - started) / 1000);
    }
  }

  /** Headers of this request. An exec plugin that hangs must not hold it for longer than its deadline. */
  async #credentials(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const reading = this.endpoint().headers();
    try {
      return await untilAborted(reading, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new KubeError(0, "Credentials", "Credentials for the API server cannot be read", undefined, {
        cause: error,
      });
    }
  }
}

async function failure(
  response: Response,
  { type, signal }: { readonly type: string | undefined; readonly signal: AbortSignal },
): Promise<KubeError> {
  // Proxies answer with pages, and with JSON that is no Status.
  const { reason, message, details }: Status = await readJson<Status>(response, signal).catch(() => undefined) ?? {};
  const seconds = Number(response.headers.get("retry-after"));
  // A failed JSON patch `test` is answered like an invalid object, but for the fields that are named then.
  const invalidFields = details?.causes?.some((cause) => cause.reason?.startsWith("Field")) ?? false;
  const testFailed = response.status === 422 && type === "application/json-patch+json" && !invalidFields;
  return new KubeError(
    response.status,
    testFailed ? "TestFailed" : reason ?? "",
    message ?? `The API server answered with status ${response.status}`,
    seconds > 0 ? Math.min(seconds * 1000, MOST_RETRY_AFTER_MS) : undefined,
  );
}

/** An answer of the server says more than that its body then came too late. */
function asKubeError(error: unknown, { aborted, reason }: AbortSignal): unknown {
  if (error instanceof KubeError) return error;
  if (aborted) return reason;
  return new KubeError(0, "Network", "The API server cannot be reached, or cut the answer", undefined, {
    cause: error,
  });
}
