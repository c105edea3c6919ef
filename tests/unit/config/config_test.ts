import assert from "node:assert/strict";
import { readInvocation } from "../../../lib/config/config.ts";
import type { Config, SettingName } from "../../../lib/config/settings.ts";
import { settings } from "../../../lib/config/settings.ts";

type Env = Readonly<Record<string, string>>;

function read(args: readonly string[], env: Env = {}) {
  return readInvocation(args, (name) => env[name]);
}

interface Expected {
  readonly env?: string;
  readonly fallback: unknown;
  readonly values: Readonly<Record<string, unknown>>;
  readonly with?: Env;
}

/** A setting of OTLP, and its variant for traces. */
function both<Name extends "Endpoint" | "Headers" | "TimeoutMs" | "Protocol" | "Certificate">(
  name: `otlp${Name}`,
  variable: string,
  values: Readonly<Record<string, unknown>>,
) {
  return {
    [name]: { env: `OTEL_EXPORTER_OTLP_${variable}`, fallback: undefined, values },
    [name.replace("otlp", "otlpTraces")]: { env: `OTEL_EXPORTER_OTLP_TRACES_${variable}`, fallback: undefined, values },
  } as Record<`otlp${Name}` | `otlpTraces${Name}`, Expected>;
}

/** Every setting: variable, its default, and texts with the values that they mean. */
const SETTINGS: Readonly<Record<SettingName, Expected>> = {
  watchScope: { env: "WATCH_SCOPE", fallback: "cluster", values: { namespaced: "namespaced", Cluster: "cluster" } },
  watchNamespaces: {
    env: "WATCH_NAMESPACES",
    fallback: [],
    values: { "a": ["a"], "a,b": ["a", "b"], " a , b,a ": ["a", "b"], "a b": ["a", "b"] },
    with: { WATCH_SCOPE: "namespaced" },
  },
  watchLabelSelector: {
    env: "WATCH_LABEL_SELECTOR",
    fallback: undefined,
    values: { "shard=a": "shard=a", " !shard ": "!shard", "shard notin (a, b)": "shard notin (a, b)" },
  },
  logLevel: {
    env: "LOG_LEVEL",
    fallback: "INFO",
    values: {
      DEBUG: "DEBUG",
      warning: "WARNING",
      WARN: "WARNING",
      Error: "ERROR",
      CRITICAL: "ERROR",
      "warn,kube=debug, AWS = error": "WARNING,kube=DEBUG,aws=ERROR",
      "handlers=DEBUG": "INFO,handlers=DEBUG",
    },
  },
  metricsPort: { env: "METRICS_PORT", fallback: 8080, values: { "0": 0, "9090": 9090, "65535": 65_535 } },
  driftCheckIntervalSeconds: {
    env: "DRIFT_CHECK_INTERVAL_SECONDS",
    fallback: 300,
    values: { "1": 1, "3600": 3_600 },
  },
  references: { env: "REFERENCES", fallback: "granted", values: { all: "all", GRANTED: "granted" } },
  adoption: { env: "ADOPTION", fallback: "annotated", values: { always: "always", annotated: "annotated" } },
  leaderElect: {
    env: "LEADER_ELECT",
    fallback: true,
    values: { "false": false, "true": true, "0": false, "1": true, "False": false, "no": false, "on": true },
  },
  concurrency: { env: "CONCURRENCY", fallback: 16, values: { "1": 1, "1000": 1_000 } },
  kubeconfig: { env: "KUBECONFIG", fallback: undefined, values: { "/etc/kube/config": "/etc/kube/config" } },
  context: { fallback: undefined, values: { staging: "staging" } },
  tracesEnabled: { env: "OTEL_TRACES_ENABLED", fallback: true, values: { "false": false, "True": true } },
  sdkDisabled: { env: "OTEL_SDK_DISABLED", fallback: false, values: { "true": true, "False": false } },
  serviceName: { env: "OTEL_SERVICE_NAME", fallback: "wasabi-s3-operator", values: { mine: "mine" } },
  serviceVersion: { env: "OTEL_SERVICE_VERSION", fallback: undefined, values: { "1.2": "1.2" } },
  resourceAttributes: {
    env: "OTEL_RESOURCE_ATTRIBUTES",
    fallback: undefined,
    values: {
      "team=a": { team: "a" },
      " a = b , c=d%2Ce=f,": { a: "b", c: "d,e=f" },
      "a=": { a: "" },
      "a%3Db=c": { "a=b": "c" },
    },
  },
  ...both("otlpEndpoint", "ENDPOINT", { "http://collector:4318": "http://collector:4318" }),
  ...both("otlpHeaders", "HEADERS", { "authorization=Basic%20YTpi=": { authorization: "Basic YTpi=" } }),
  ...both("otlpTimeoutMs", "TIMEOUT", { "500": 500 }),
  ...both("otlpProtocol", "PROTOCOL", { "http/json": "http/json", "HTTP/Protobuf": "http/protobuf" }),
  ...both("otlpCertificate", "CERTIFICATE", { "/etc/ca.crt": "/etc/ca.crt" }),
  tracesSampler: {
    env: "OTEL_TRACES_SAMPLER",
    fallback: "parentbased_always_on",
    values: { always_off: "always_off", TraceIdRatio: "traceidratio" },
  },
  tracesSamplerArg: { env: "OTEL_TRACES_SAMPLER_ARG", fallback: 1, values: { "0": 0, "0.25": 0.25, "1e-3": 0.001 } },
  bspScheduleDelayMs: { env: "OTEL_BSP_SCHEDULE_DELAY", fallback: 5_000, values: { "0": 0, "100": 100 } },
  bspExportTimeoutMs: { env: "OTEL_BSP_EXPORT_TIMEOUT", fallback: 30_000, values: { "100": 100 } },
  bspMaxQueueSize: { env: "OTEL_BSP_MAX_QUEUE_SIZE", fallback: 2_048, values: { "1": 1 } },
  bspMaxExportBatchSize: { env: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", fallback: 512, values: { "1": 1 } },
  userReadinessTimeoutSeconds: { env: "USER_READINESS_TIMEOUT_SECONDS", fallback: undefined, values: { "60": "60" } },
};

function valueOf(config: Config, name: string): unknown {
  return config[name as SettingName];
}

Deno.test("every setting is in this table", () => {
  assert.deepEqual(Object.keys(settings).sort(), Object.keys(SETTINGS).sort());
});

for (const [name, { env, fallback, values, with: more = {} }] of Object.entries(SETTINGS)) {
  const flag = env === undefined ? name : env.toLowerCase().replaceAll("_", "-");

  Deno.test(`${name} is ${JSON.stringify(fallback)} where nothing says otherwise`, () => {
    assert.deepEqual(valueOf(read(["run"]).config, name), fallback);
  });

  for (const [text, expected] of Object.entries(values)) {
    Deno.test(`--${flag}=${text} is ${name} ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(valueOf(read([`--${flag}=${text}`], more).config, name), expected);
      if (typeof fallback === "boolean") return;
      assert.deepEqual(valueOf(read(["run", `--${flag}`, text], more).config, name), expected);
    });

    if (env === undefined) continue;
    Deno.test(`${env}=${text} is ${name} ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(valueOf(read([], { ...more, [env]: text }).config, name), expected);
      assert.deepEqual(valueOf(read([], { ...more, [env]: ` ${text}\n` }).config, name), expected);
    });
  }

  if (env === undefined) continue;
  Deno.test(`${env} that is empty counts as none`, () => {
    assert.deepEqual(valueOf(read([], { [env]: "" }).config, name), fallback);
    assert.deepEqual(valueOf(read([], { [env]: "  " }).config, name), fallback);
  });
}

Deno.test("a flag beats its variable", () => {
  assert.equal(read(["--metrics-port=1"], { METRICS_PORT: "2" }).config.metricsPort, 1);
  assert.equal(read(["--metrics-port=1"], { METRICS_PORT: "nonsense" }).config.metricsPort, 1);
});

Deno.test("the last of two flags counts", () => {
  assert.equal(read(["--metrics-port=1", "--metrics-port", "2"]).config.metricsPort, 2);
});

Deno.test("a value may have an equals sign in it", () => {
  assert.equal(read(["--kubeconfig=/a=b"]).config.kubeconfig, "/a=b");
  assert.equal(read(["--kubeconfig", "/a=b"]).config.kubeconfig, "/a=b");
});

for (const flag of ["--leader-elect", "--otel-traces-enabled"]) {
  Deno.test(`${flag} alone switches on`, () => {
    const name = flag === "--leader-elect" ? "leaderElect" : "tracesEnabled";
    assert.equal(read([flag, "run"], { LEADER_ELECT: "false", OTEL_TRACES_ENABLED: "false" }).config[name], true);
  });
}

Deno.test("without a command the operator runs, before or behind its flags", () => {
  assert.equal(read([]).command, "run");
  assert.equal(read(["--metrics-port", "1", "run"]).command, "run");
});

for (
  const [args, command] of [
    [["help"], "help"],
    [["--help"], "help"],
    [["-h"], "help"],
    [["crds", "--help"], "help"],
    [["version"], "version"],
    [["--version"], "version"],
    [["crds"], "crds"],
  ] as const
) {
  Deno.test(`${args.join(" ")} is the command ${command}, and no variable keeps anybody from it`, () => {
    assert.equal(read(args, { METRICS_PORT: "nonsense", WATCH_SCOPE: "planet" }).command, command);
  });
}

Deno.test("variables of the pod, and of OpenTelemetry that are no settings, are let through", () => {
  const env = { OTEL_LOGS_EXPORTER: "otlp", OTEL_PROPAGATORS: "b3", POD_NAME: "a", POD_NAMESPACE: "b" };
  assert.deepEqual(read([], env), read([]));
});

/** Variables that OpenTelemetry says to ignore where they make no sense, with a value that makes none. */
const IGNORED = {
  OTEL_SDK_DISABLED: "yes",
  OTEL_RESOURCE_ATTRIBUTES: "team%2=a",
  OTEL_EXPORTER_OTLP_TIMEOUT: "10s",
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc",
  OTEL_TRACES_SAMPLER: "jaeger_remote",
  OTEL_TRACES_SAMPLER_ARG: "1.5",
  OTEL_BSP_SCHEDULE_DELAY: "-1",
  OTEL_BSP_MAX_QUEUE_SIZE: "0",
};

for (const [variable, value] of Object.entries(IGNORED)) {
  Deno.test(`${variable}=${value} is ignored with one warning, and refused as a flag`, () => {
    const { config, warnings } = read([], { [variable]: value });
    assert.deepEqual(config, read([]).config);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", new RegExp(`^${variable} cannot be "${value}": .+; it is ignored$`));
    const flag = `--${variable.toLowerCase().replaceAll("_", "-")}`;
    assert.throws(() => read([`${flag}=${value}`]), { name: "UsageError", message: new RegExp(`^${flag} cannot be`) });
  });
}
