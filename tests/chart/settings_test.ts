import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { readInvocation } from "../../lib/config/config.ts";
import { type SettingName, settings as program } from "../../lib/config/settings.ts";
import { PROTOCOLS, SAMPLERS } from "../../lib/telemetry/tracing/options.ts";
import { CHART } from "./helm.ts";
import { only, render, type Values } from "./render.ts";

/** Settings that a pod has no use for: its service account stands for a kubeconfig, and the last one does nothing. */
const OUTSIDE: readonly SettingName[] = ["kubeconfig", "context", "userReadinessTimeoutSeconds"];

/** The variables of the container; `key@secret` for what comes from a Secret. */
async function environment(values: Values): Promise<ReadonlyMap<string, string>> {
  const [container] = only(await render(values), "Deployment").spec.template.spec.containers;
  const env = container.env as readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  return new Map(env.map(({ name, value, valueFrom }) => {
    return [name, value ?? `${valueFrom?.secretKeyRef.key}@${valueFrom?.secretKeyRef.name}`];
  }));
}

const settings: Readonly<Record<string, readonly [Values, Readonly<Record<string, unknown>>]>> = {
  "the defaults": [{}, { watchScope: "cluster", logLevel: "INFO", metricsPort: 8080, leaderElect: true }],
  "the least": [
    { operator: { driftCheckIntervalSeconds: 1, concurrency: 1, metricsPort: 1, leaderElect: false } },
    { driftCheckIntervalSeconds: 1, concurrency: 1, metricsPort: 1, leaderElect: false },
  ],
  "the most": [
    { operator: { driftCheckIntervalSeconds: 604_800, concurrency: 1_000, metricsPort: 65_535 } },
    { driftCheckIntervalSeconds: 604_800, concurrency: 1_000, metricsPort: 65_535 },
  ],
  "namespaces": [
    { operator: { watchScope: "namespaced", watchNamespaces: ["a", "b"] } },
    { watchScope: "namespaced", watchNamespaces: ["a", "b"] },
  ],
  "a shard": [{ operator: { watchLabelSelector: "shard in (a, b),!c" } }, { watchLabelSelector: "shard in (a, b),!c" }],
  "rules": [{ operator: { references: "all", adoption: "always" } }, { references: "all", adoption: "always" }],
  "log levels": [{ operator: { logLevel: "warn,kube=debug" } }, { logLevel: "WARNING,kube=DEBUG" }],
  "tracing": [
    { tracing: { endpoint: "https://collector", sampler: "traceidratio", samplerRatio: 0.1, protocol: "http/json" } },
    {
      otlpEndpoint: "https://collector",
      tracesSampler: "traceidratio",
      tracesSamplerArg: 0.1,
      otlpProtocol: "http/json",
    },
  ],
  "traces alone": [
    {
      tracing: {
        endpoint: "http://collector:4318",
        timeout: 1,
        traces: {
          endpoint: "https://traces/in",
          protocol: "http/json",
          timeout: 999_999_999,
          certificate: "/ca/b.pem",
        },
      },
    },
    {
      otlpEndpoint: "http://collector:4318",
      otlpTracesEndpoint: "https://traces/in",
      otlpProtocol: "http/protobuf",
      otlpTracesProtocol: "http/json",
      otlpTimeoutMs: 1,
      otlpTracesTimeoutMs: 999_999_999,
      otlpCertificate: undefined,
      otlpTracesCertificate: "/ca/b.pem",
    },
  ],
  "attributes of any text": [
    { tracing: { resourceAttributes: { "deployment.environment.name": "prod, 50 % + ä=$(X)", empty: "" } } },
    { resourceAttributes: { "deployment.environment.name": "prod, 50 % + ä=$(X)", empty: "" } },
  ],
  "the smallest batches": [
    { tracing: { batch: { scheduleDelay: 0, exportTimeout: 1, maxQueueSize: 1, maxExportBatchSize: 1 } } },
    { bspScheduleDelayMs: 0, bspExportTimeoutMs: 1, bspMaxQueueSize: 1, bspMaxExportBatchSize: 1 },
  ],
  "the largest batches": [
    {
      tracing: {
        batch: {
          scheduleDelay: 999_999_999,
          exportTimeout: 999_999_999,
          maxQueueSize: 100_000,
          maxExportBatchSize: 100_000,
        },
      },
    },
    {
      bspScheduleDelayMs: 999_999_999,
      bspExportTimeoutMs: 999_999_999,
      bspMaxQueueSize: 100_000,
      bspMaxExportBatchSize: 100_000,
    },
  ],
  "a service's name and version": [
    { tracing: { serviceName: "s3", serviceVersion: "7" } },
    { serviceName: "s3", serviceVersion: "7" },
  ],
  "no tracing": [{ tracing: { enabled: false } }, { tracesEnabled: false }],
  "nothing of OpenTelemetry": [{ tracing: { sdkDisabled: true } }, { sdkDisabled: true }],
};

/** A value for each setting, and none of them its default. */
const everything: Values = {
  operator: {
    watchScope: "namespaced",
    watchNamespaces: ["a"],
    watchLabelSelector: "shard=a",
    logLevel: "ERROR",
    metricsPort: 9090,
    driftCheckIntervalSeconds: 60,
    references: "all",
    adoption: "always",
    leaderElect: false,
    concurrency: 4,
  },
  tracing: {
    enabled: false,
    sdkDisabled: true,
    endpoint: "https://collector",
    serviceName: "s3",
    serviceVersion: "7",
    resourceAttributes: { team: "a" },
    protocol: "http/json",
    headersSecretRef: { name: "collector", key: "headers" },
    timeout: 1_000,
    certificate: "/ca/a.pem",
    traces: {
      endpoint: "https://traces",
      protocol: "http/json",
      headersSecretRef: { name: "collector", key: "traces" },
      timeout: 2_000,
      certificate: "/ca/b.pem",
    },
    sampler: "traceidratio",
    samplerRatio: 0.5,
    batch: { scheduleDelay: 1, exportTimeout: 2, maxQueueSize: 4, maxExportBatchSize: 3 },
  },
};

for (const [fact, [values, expected]] of Object.entries(settings)) {
  Deno.test(`the program takes what the chart makes of ${fact}`, async () => {
    const env = await environment(values);
    const { config } = readInvocation([], (name) => env.get(name));
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(config[name as keyof typeof config], value, name);
    }
  });
}

Deno.test("every setting of the program has a value in the chart", async () => {
  const env = await environment(everything);
  // Kubernetes fills in what comes from a Secret; these texts stand for it.
  const headers = {
    OTEL_EXPORTER_OTLP_HEADERS: "headers@collector",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "traces@collector",
  };
  for (const [name, value] of Object.entries(headers)) assert.equal(env.get(name), value);
  const { config } = readInvocation([], (name) => name in headers ? "a=b" : env.get(name));
  const names = Object.keys(program) as SettingName[];
  const untouched = names.filter((name) => isDeepStrictEqual(config[name], program[name].fallback));
  assert.deepEqual(untouched, OUTSIDE);
});

Deno.test("the chart knows the program's protocols and samplers", async () => {
  const { tracing } = JSON.parse(await Deno.readTextFile(`${CHART}/values.schema.json`)).properties;
  assert.deepEqual(tracing.properties.sampler.enum, SAMPLERS);
  assert.deepEqual(tracing.properties.protocol.enum, PROTOCOLS);
  assert.deepEqual(tracing.properties.traces.properties.protocol.enum, ["", ...PROTOCOLS]);
});
