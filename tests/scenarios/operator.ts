import { type ReadableSpan, TracerProvider } from "@opentelemetry/sdk-trace";
import { childKinds, kinds } from "../../handlers/kinds.ts";
import { reconcilersOf } from "../../handlers/mod.ts";
import { createOperator } from "../../lib/app.ts";
import { readInvocation } from "../../lib/config/config.ts";
import type { HttpSide } from "../../lib/aws/connection.ts";
import { openAwsHttp } from "../../lib/platform/aws_http.ts";
import { systemClock } from "../../lib/platform/clock.ts";
import { readFile } from "../../lib/platform/files.ts";
import { createFetch } from "../../lib/platform/http_client.ts";
import { createLogger } from "../../lib/telemetry/log.ts";
import { PromMetrics } from "../../lib/telemetry/metrics.ts";
import { createTraceSpan } from "../../lib/telemetry/tracing/trace_span.ts";

/** The whole operator in this process, wired as main.ts does it. */
export interface RunningOperator {
  /** Its last log lines. */
  log(): readonly string[];
  /** Its last spans: name, attributes, events and status. */
  spans(): readonly string[];
  /** Moves the operator's wall clock on, milliseconds. */
  advance(ms: number): void;
  /** The text of /metrics. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

const MOST_LINES = 2_000;

/**
 * Starts the operator; resolves once its informers are synced.
 * @param flags as on the command line
 * @param options.now its wall clock, epoch milliseconds
 */
export async function startOperator(
  flags: readonly string[],
  { now = Date.now }: { readonly now?: () => number } = {},
): Promise<RunningOperator> {
  const { config } = readInvocation(flags, () => undefined);
  let advanced = 0;
  const clock = { ...systemClock, now: () => now() + advanced };
  const [lines, spans]: [string[], string[]] = [[], []];
  const keep = (kept: string[], line: string) => {
    kept.push(line);
    if (kept.length > MOST_LINES) kept.shift();
  };
  const log = createLogger({ level: "DEBUG", write: (line) => keep(lines, line), now: clock.now });
  const metrics = new PromMetrics();
  const platform = {
    env: () => undefined,
    readFile,
    mayRunPrograms: () => false,
    createFetch,
    openAwsHttp: (tls: Parameters<typeof openAwsHttp>[0]) => withoutDate(openAwsHttp(tls)),
    hostname: () => "test",
    clock,
    random: Math.random,
  };
  const { manager, run } = await createOperator({
    config,
    platform,
    metrics,
    log,
    traceSpan: createTraceSpan(tracerFor((span) => keep(spans, span))),
    kinds: Object.values(kinds),
    children: childKinds,
    createReconcilers: reconcilersOf(config),
  });
  const stop = new AbortController();
  const running = run(stop.signal);
  while (!manager.ready()) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    log: () => lines,
    spans: () => spans,
    advance: (ms) => void (advanced += ms),
    metrics: async () => (await metrics.scrape()).text,
    async stop() {
      stop.abort(new Error("Stopped by the test"));
      await running;
    },
  };
}

/** Scenarios move the operator's clock alone, so the service must not say what time it is. */
function withoutDate({ requestHandler, close }: HttpSide): HttpSide {
  const handle = async (request: unknown, options: unknown) => {
    const result = await requestHandler.handle(request, options);
    delete result.response.headers["date"];
    return result;
  };
  return { requestHandler: Object.assign(Object.create(requestHandler), { handle }), close };
}

/** A tracer that gives away what its spans tell, as text. */
function tracerFor(tell: (span: string) => void) {
  const onEnd = ({ name, attributes, events, status }: ReadableSpan) =>
    tell(`${name} ${JSON.stringify({ attributes, events, status })}`);
  const nothing = () => Promise.resolve();
  const processor = { onStart() {}, onEnd, forceFlush: nothing, shutdown: nothing };
  return new TracerProvider({ spanProcessors: [processor] }).getTracer("test");
}
