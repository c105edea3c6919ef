import fc from "fast-check";
import assert from "node:assert/strict";
import { readInvocation } from "../../../lib/config/config.ts";
import { nearest } from "../../../lib/config/nearest.ts";
import { UsageError } from "../../../lib/config/usage_error.ts";

type Env = Readonly<Record<string, string>>;

/** The message by which a command line and environment are refused. */
function refusal(args: readonly string[], env: Env = {}): string {
  try {
    readInvocation(args, (name) => env[name]);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail("Nothing was refused");
}

const ARGUMENTS: readonly (readonly [readonly string[], string])[] = [
  [["--metric-port=1"], 'Unknown flag "--metric-port": did you mean --metrics-port?'],
  [["--log-levle", "DEBUG"], 'Unknown flag "--log-levle": did you mean --log-level?'],
  [["--colour"], 'Unknown flag "--colour": see --help'],
  [["-v"], 'Unknown flag "-v": see --help'],
  [["-metrics-port=1"], 'Unknown flag "-metrics-port": did you mean --metrics-port?'],
  [["--"], 'Unknown flag "--": see --help'],
  [["--secret-flag=hunter2"], 'Unknown flag "--secret-flag": see --help'],
  [["--__proto__"], 'Unknown flag "--__proto__": see --help'],
  [["rnu"], 'Unknown command "rnu": see --help'],
  [["crd"], 'Unknown command "crd": did you mean crds?'],
  [["versions"], 'Unknown command "versions": did you mean version?'],
  [["install"], 'Unknown command "install": see --help'],
  [["run", "now"], 'Unexpected argument "now": give one command, run, crds, version, help'],
  [["--metrics-port"], "--metrics-port needs a value: give --metrics-port=VALUE"],
  [["--metrics-port", "--log-level=INFO"], "--metrics-port needs a value: give --metrics-port=VALUE"],
  [["--kubeconfig="], "--kubeconfig needs a value: give --kubeconfig=VALUE"],
  [["--kubeconfig", ""], "--kubeconfig needs a value: give --kubeconfig=VALUE"],
  [["--leader-elect="], "--leader-elect needs a value: give --leader-elect=VALUE"],
  [["--leader-elect", "false"], '--leader-elect takes its value after "=": give --leader-elect=false'],
];

for (const [args, message] of ARGUMENTS) {
  Deno.test(`${args.join(" ")} is refused with a remedy`, () => assert.equal(refusal(args), message));
}

const WHOLE = "give a whole number from";
const URL_HINT = "give a URL that begins with http:// or https://, such as http://collector:4318";

const VALUES: readonly (readonly [Env, string])[] = [
  [{ WATCH_SCOPE: "planet" }, 'WATCH_SCOPE cannot be "planet": give one of cluster, namespaced'],
  [{ LOG_LEVEL: "LOUD" }, 'LOG_LEVEL cannot be "LOUD": give one of DEBUG, INFO, WARNING, ERROR'],
  [{ LOG_LEVEL: "constructor" }, 'LOG_LEVEL cannot be "constructor": give one of DEBUG, INFO, WARNING, ERROR'],
  [{ LOG_LEVEL: "INFO,kub=DEBUG" }, 'LOG_LEVEL cannot be "INFO,kub=DEBUG": give one of kube, aws, handlers, tracing'],
  [{ LOG_LEVEL: "kube=LOUD" }, 'LOG_LEVEL cannot be "kube=LOUD": give one of DEBUG, INFO, WARNING, ERROR'],
  [
    { LOG_LEVEL: "INFO,DEBUG" },
    'LOG_LEVEL cannot be "INFO,DEBUG": give one level, and component=level for what differs from it',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" },
    `OTEL_EXPORTER_OTLP_ENDPOINT cannot be "collector:4318": ${URL_HINT}`,
  ],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "ftp://a" },
    `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT cannot be "ftp://a": ${URL_HINT}`,
  ],
  [
    { OTEL_EXPORTER_OTLP_HEADERS: "hunter2" },
    "OTEL_EXPORTER_OTLP_HEADERS cannot be used: pair 1 is not of the form name=value",
  ],
  [
    { OTEL_EXPORTER_OTLP_HEADERS: "a=b,to ken=hunter2" },
    "OTEL_EXPORTER_OTLP_HEADERS cannot be used: pair 2 is not of the form name=value",
  ],
  [
    { OTEL_EXPORTER_OTLP_TRACES_HEADERS: "token=hunter%2" },
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS cannot be used: the value of "token" is not percent-encoded text',
  ],
  [
    { OTEL_EXPORTER_OTLP_HEADERS: "token=%E2%82%AC" },
    'OTEL_EXPORTER_OTLP_HEADERS cannot be used: the value of "token" has characters that no header may have',
  ],
  [{ OTEL_TRACES_ENABLED: "maybe" }, 'OTEL_TRACES_ENABLED cannot be "maybe": give true or false'],
  [{ METRICS_PORT: "65536" }, `METRICS_PORT cannot be "65536": ${WHOLE} 0 to 65535`],
  [{ METRICS_PORT: "-1" }, `METRICS_PORT cannot be "-1": ${WHOLE} 0 to 65535`],
  [{ METRICS_PORT: "8080.5" }, `METRICS_PORT cannot be "8080.5": ${WHOLE} 0 to 65535`],
  [{ METRICS_PORT: "0x50" }, `METRICS_PORT cannot be "0x50": ${WHOLE} 0 to 65535`],
  [{ METRICS_PORT: "1e3" }, `METRICS_PORT cannot be "1e3": ${WHOLE} 0 to 65535`],
  [{ METRICS_PORT: "tcp://10.0.0.1:80" }, `METRICS_PORT cannot be "tcp://10.0.0.1:80": ${WHOLE} 0 to 65535`],
  [
    { DRIFT_CHECK_INTERVAL_SECONDS: "0" },
    `DRIFT_CHECK_INTERVAL_SECONDS cannot be "0": ${WHOLE} 1 to 604800`,
  ],
  [{ CONCURRENCY: "0" }, `CONCURRENCY cannot be "0": ${WHOLE} 1 to 1000`],
  [{ CONCURRENCY: "many" }, `CONCURRENCY cannot be "many": ${WHOLE} 1 to 1000`],
  [{ REFERENCES: "some" }, 'REFERENCES cannot be "some": give one of granted, all'],
  [{ ADOPTION: "never" }, 'ADOPTION cannot be "never": give one of annotated, always'],
  [{ LEADER_ELECT: "maybe" }, 'LEADER_ELECT cannot be "maybe": give true or false'],
  [{ OTEL_TRACES_ENABLED: "2" }, 'OTEL_TRACES_ENABLED cannot be "2": give true or false'],
  [
    { WATCH_SCOPE: "namespaced", WATCH_NAMESPACES: "a,B" },
    'WATCH_NAMESPACES cannot be "a,B": "B" is no name of a namespace: give names separated by commas',
  ],
  [
    { WATCH_LABEL_SELECTOR: "shard=a;b" },
    'WATCH_LABEL_SELECTOR cannot be "shard=a;b": "shard=a;b" is no part of a label selector: give one as kubectl has it, such as shard=a, or !shard',
  ],
  [
    { WATCH_NAMESPACES: "a" },
    "WATCH_NAMESPACES has no effect in scope cluster: set WATCH_SCOPE=namespaced, or remove it",
  ],
];

for (const [env, message] of VALUES) {
  Deno.test(`${JSON.stringify(env)} is refused with its name and a remedy`, () => {
    assert.equal(refusal([], env), message);
  });
}

for (const url of ["https://bob:hunter2@a", "https://hunter2@a", "https://bob:hunter2/@a"]) {
  Deno.test(`the refusal of ${url} does not show its password`, () => {
    const message = refusal([], { OTEL_EXPORTER_OTLP_ENDPOINT: url });
    assert.match(message, /^OTEL_EXPORTER_OTLP_ENDPOINT cannot be "https:\/\/\[redacted\]@a": /);
  });
}

Deno.test("a flag's value is refused with the flag's name", () => {
  assert.equal(
    refusal(["--metrics-port=x"], { METRICS_PORT: "1" }),
    `--metrics-port cannot be "x": ${WHOLE} 0 to 65535`,
  );
});

Deno.test("whatever is given, it is read or refused as wrong usage", () => {
  const word = fc.oneof(
    fc.string(),
    fc.string().map((text) => `--${text}`),
    fc.constantFrom("run", "--metrics-port", "--metrics-port=1", "--leader-elect", "--help", "--log-level"),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), fc.string(), (args, value) => {
      try {
        readInvocation(args, () => value);
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("nearest() finds the word that one slip of a finger away was meant", () => {
  const words = ["metrics-port", "log-level", "kubeconfig"];
  fc.assert(fc.property(fc.constantFrom(...words), fc.nat(), fc.constantFrom("x", ""), (word, at, put) => {
    const index = at % word.length;
    const slip = word.slice(0, index) + put + word.slice(index + 1);
    assert.equal(nearest(slip, words), word);
  }));
});

Deno.test("nearest() finds no word for something else, nor among none", () => {
  assert.equal(nearest("colour", ["metrics-port", "log-level"]), undefined);
  assert.equal(nearest("run", []), undefined);
  assert.equal(nearest("run", ["run"]), "run");
});
