import assert from "node:assert/strict";
import { readInvocation } from "../../lib/config/config.ts";
import { only, render, type Values } from "./render.ts";

/** The variables of the container, but for those from Secrets. */
async function environment(values: Values): Promise<ReadonlyMap<string, string>> {
  const [container] = only(await render(values), "Deployment").spec.template.spec.containers;
  const env = container.env as readonly { readonly name: string; readonly value?: string }[];
  return new Map(env.flatMap(({ name, value }) => value === undefined ? [] : [[name, value]]));
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
  "a service's name and version": [
    { tracing: { serviceName: "s3", serviceVersion: "7" } },
    { serviceName: "s3", serviceVersion: "7" },
  ],
  "no tracing": [{ tracing: { enabled: false } }, { tracesEnabled: false }],
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
