/**
 * The operator as main.ts composes it, whose tracing is switched by `GET /tracing/on` and `/tracing/off`: with and
 * without are then measured in one process, which differs in nothing else.
 */
import { childKinds, kinds } from "../../handlers/kinds.ts";
import { reconcilersOf } from "../../handlers/mod.ts";
import { createOperator } from "../../lib/app.ts";
import { readInvocation } from "../../lib/config/config.ts";
import { openAwsHttp } from "../../lib/platform/aws_http.ts";
import { systemClock } from "../../lib/platform/clock.ts";
import { readEnv } from "../../lib/platform/env.ts";
import { readFile } from "../../lib/platform/files.ts";
import { createFetch } from "../../lib/platform/http_client.ts";
import { mayRunPrograms } from "../../lib/platform/permissions.ts";
import { exit, hostname, writeStdout } from "../../lib/platform/process.ts";
import { serve } from "../../lib/platform/server.ts";
import { onStopSignal } from "../../lib/platform/signals.ts";
import { createProbeHandler } from "../../lib/telemetry/http.ts";
import { createLogger } from "../../lib/telemetry/log.ts";
import { PromMetrics } from "../../lib/telemetry/metrics.ts";
import { type TraceSpan, untraced } from "../../lib/telemetry/tracing/api.ts";
import { tracingOptions } from "../../lib/telemetry/tracing/configured.ts";
import { openTracing } from "../../lib/telemetry/tracing/open.ts";

const { config } = readInvocation(Deno.args, readEnv);
const log = createLogger({ level: config.logLevel, write: (line) => writeStdout(`${line}\n`), now: systemClock.now });
const metrics = new PromMetrics();
const platform = {
  env: readEnv,
  readFile,
  createFetch,
  openAwsHttp,
  hostname,
  mayRunPrograms,
  clock: systemClock,
  random: Math.random,
};
const tracing = await openTracing(tracingOptions(config, { version: "bench" }), { ...platform, metrics, log });

let isOn = true;
const traceSpan: TraceSpan = (...given) => isOn ? tracing.traceSpan(...given) : untraced(...given);

const { manager, run } = await createOperator({
  config,
  platform,
  metrics,
  log,
  traceSpan,
  kinds: Object.values(kinds),
  children: childKinds,
  createReconcilers: reconcilersOf(config),
});
const probes = createProbeHandler({
  metrics,
  unhealthy: () => [],
  unready: () => manager.unready(),
});
serve({
  port: config.metricsPort,
  handler(request) {
    const [, position] = new URL(request.url).pathname.match(/^\/tracing\/(on|off)$/) ?? [];
    if (position === undefined) return probes(request);
    isOn = position === "on";
    return Promise.resolve(new Response());
  },
});
const stop = new AbortController();
const end = () => stop.abort(new Error("Stopped by the bench"));
onStopSignal({ first: end, again: () => exit(1) });
await run(stop.signal);
await tracing.close();
exit(0);
