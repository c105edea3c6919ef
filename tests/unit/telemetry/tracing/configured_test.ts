import assert from "node:assert/strict";
import { readInvocation } from "../../../../lib/config/config.ts";
import { tracingOptions } from "../../../../lib/telemetry/tracing/configured.ts";
import type { TracingOptions } from "../../../../lib/telemetry/tracing/options.ts";

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };
const INSTANCE = { version: "1.0.0", podName: "operator-0", podNamespace: "storage" };

function options(env: Readonly<Record<string, string>>) {
  return tracingOptions(readInvocation([], (name) => env[name]).config, INSTANCE);
}

/** The options where there is an endpoint. */
function on(env: Readonly<Record<string, string>>): TracingOptions {
  const found = options({ ...ENDPOINT, ...env });
  if ("off" in found) throw new Error(found.off);
  return found;
}

const OFF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "OTEL_EXPORTER_OTLP_ENDPOINT is not set": {},
  "OTEL_TRACES_ENABLED is false": { ...ENDPOINT, OTEL_TRACES_ENABLED: "false" },
  "OTEL_SDK_DISABLED is true": { ...ENDPOINT, OTEL_SDK_DISABLED: "true" },
};

for (const [off, env] of Object.entries(OFF)) {
  Deno.test(`tracing is off where ${off}`, () => assert.deepEqual(options(env), { off }));
}

const URLS: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{}, "http://collector:4318/v1/traces"],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" }, "http://collector:4318/v1/traces"],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://a/otlp" }, "https://a/otlp/v1/traces"],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "https://a/otlp/?key=b" }, "https://a/otlp/v1/traces?key=b"],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://a/mine" }, "https://a/mine"],
];

for (const [env, url] of URLS) {
  Deno.test(`traces of ${JSON.stringify(env)} go to ${url}`, () => assert.equal(on(env).url, url));
}

Deno.test("what is said of traces beats what is said of all", () => {
  const both = (name: string, all: string, traces: string) => ({
    [`OTEL_EXPORTER_OTLP_${name}`]: all,
    [`OTEL_EXPORTER_OTLP_TRACES_${name}`]: traces,
  });
  const { headers, timeoutMs, protocol, certificateFile } = on({
    ...both("HEADERS", "a=b", "c=d"),
    ...both("TIMEOUT", "1", "2"),
    ...both("PROTOCOL", "http/protobuf", "http/json"),
    ...both("CERTIFICATE", "/a", "/b"),
  });
  assert.deepEqual({ headers, timeoutMs, protocol, certificateFile }, {
    headers: { c: "d" },
    timeoutMs: 2,
    protocol: "http/json",
    certificateFile: "/b",
  });
});

Deno.test("of the two bounds on an export the shorter one counts", () => {
  assert.equal(on({ OTEL_EXPORTER_OTLP_TIMEOUT: "5", OTEL_BSP_EXPORT_TIMEOUT: "6" }).timeoutMs, 5);
  assert.equal(on({ OTEL_EXPORTER_OTLP_TIMEOUT: "7", OTEL_BSP_EXPORT_TIMEOUT: "6" }).timeoutMs, 6);
});

Deno.test("without more settings than the endpoint the defaults of OpenTelemetry hold", () => {
  const { url: _, ...rest } = on({});
  assert.deepEqual(rest, {
    protocol: "http/protobuf",
    headers: {},
    timeoutMs: 10_000,
    resource: {
      "service.name": "wasabi-s3-operator",
      "service.version": "1.0.0",
      "service.instance.id": "operator-0",
      "k8s.pod.name": "operator-0",
      "k8s.namespace.name": "storage",
    },
    sampler: "parentbased_always_on",
    ratio: 1,
    batch: { mostWaiting: 2_048, mostInBatch: 512, delayMs: 5_000 },
  });
});

const NAMES: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ OTEL_SERVICE_NAME: "mine" }, "mine"],
  [{ OTEL_RESOURCE_ATTRIBUTES: "service.name=theirs" }, "theirs"],
  [{ OTEL_SERVICE_NAME: "mine", OTEL_RESOURCE_ATTRIBUTES: "service.name=theirs" }, "mine"],
];

for (const [env, name] of NAMES) {
  Deno.test(`the service of ${JSON.stringify(env)} is ${name}`, () => {
    assert.equal(on(env).resource["service.name"], name);
  });
}

Deno.test("a batch is not larger than the queue", () => {
  assert.equal(on({ OTEL_BSP_MAX_QUEUE_SIZE: "100" }).batch.mostInBatch, 100);
});
