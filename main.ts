import deno from "./deno.json" with { type: "json" };
import { childKinds, crdManifests, kinds } from "./handlers/kinds.ts";
import { reconcilersOf } from "./handlers/mod.ts";
import { createOperator } from "./lib/app.ts";
import { readInvocation } from "./lib/config/config.ts";
import { helpText } from "./lib/config/help.ts";
import type { Config } from "./lib/config/settings.ts";
import { UsageError } from "./lib/config/usage_error.ts";
import { versionText } from "./lib/config/version.ts";
import { yamlDocuments } from "./lib/crd/yaml.ts";
import { KubeAuthError } from "./lib/kube/connection.ts";
import { openAwsHttp } from "./lib/platform/aws_http.ts";
import { systemClock } from "./lib/platform/clock.ts";
import { readEnv } from "./lib/platform/env.ts";
import { readFile } from "./lib/platform/files.ts";
import { createFetch } from "./lib/platform/http_client.ts";
import { mayRunPrograms } from "./lib/platform/permissions.ts";
import { exit, hostname, isTerminal, onUncaught, writeStderr, writeStdout } from "./lib/platform/process.ts";
import { serve } from "./lib/platform/server.ts";
import { onStopSignal } from "./lib/platform/signals.ts";
import { createProbeHandler } from "./lib/telemetry/http.ts";
import { createLogger } from "./lib/telemetry/log.ts";
import { PromMetrics } from "./lib/telemetry/metrics.ts";
import { showProcess } from "./lib/telemetry/process_metrics.ts";
import { tracingOptions } from "./lib/telemetry/tracing/configured.ts";
import { openTracing } from "./lib/telemetry/tracing/open.ts";

const platform = {
  env: readEnv,
  readFile,
  mayRunPrograms,
  createFetch,
  openAwsHttp,
  hostname,
  clock: systemClock,
  random: Math.random,
};

try {
  const { command, config, warnings } = readInvocation(Deno.args, readEnv);
  if (command === "run") exit(await run(config, warnings));
  if (command === "crds") writeStdout(yamlDocuments(crdManifests()));
  if (command === "version") writeStdout(`${versionText(deno.version, readEnv)}\n`);
  if (command === "help") writeStdout(helpText());
} catch (error) {
  if (!(error instanceof UsageError || error instanceof KubeAuthError)) throw error;
  writeStderr(`${error.message}\n`);
  exit(error instanceof UsageError ? 2 : 1);
}

/** Runs the operator to its end. Resolves to the process's exit code. */
async function run(config: Config, warnings: readonly string[]): Promise<number> {
  const write = (line: string) => writeStdout(`${line}\n`);
  const log = createLogger({ level: config.logLevel, write, readable: isTerminal(), now: systemClock.now });
  onUncaught((error) => (log.error("Nothing caught an error", { error }), exit(1)));
  log.info("Starting", { version: deno.version });
  for (const warning of warnings) log.warning(warning);

  const stop = new AbortController();
  onStopSignal({
    first: (signal) => (log.info("Stopping", { signal }), stop.abort(new Error(`Stopped by ${signal}`))),
    again: (signal) => (log.warning("Stopping at once", { signal }), exit(1)),
  });
  const metrics = new PromMetrics();
  showProcess(metrics, { version: deno.version, startedAt: systemClock.now() });
  const instance = { version: deno.version, podName: readEnv("POD_NAME"), podNamespace: readEnv("POD_NAMESPACE") };
  const tracing = await openTracing(tracingOptions(config, instance), {
    ...platform,
    metrics,
    log: log.with({ component: "tracing" }),
  });
  const { manager, run } = await createOperator({
    config,
    platform,
    metrics,
    log,
    traceSpan: tracing.traceSpan,
    kinds: Object.values(kinds),
    children: childKinds,
    createReconcilers: reconcilersOf(config),
  });
  const handler = createProbeHandler({
    metrics,
    unhealthy: () => manager.live() ? [] : ["The API server was not heard for too long"],
    unready: () => manager.unready(),
  });
  const server = serve({ port: config.metricsPort, handler });
  log.info("Serving metrics", { port: server.port });
  const outcome = await run(stop.signal);
  await tracing.close();
  log.info(outcome === "lost" ? "Lost the lease" : "Stopped");
  await server.close();
  return outcome === "lost" ? 1 : 0;
}
