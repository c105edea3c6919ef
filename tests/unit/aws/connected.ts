import type { Connection, ConnectionSettings } from "../../../lib/aws/api.ts";
import { connect, type ConnectDeps } from "../../../lib/aws/connection.ts";
import { openAwsHttp } from "../../../lib/platform/aws_http.ts";
import { systemClock } from "../../../lib/platform/clock.ts";
import { noopLogger } from "../../../lib/telemetry/log.ts";
import { type AwsSandbox, type AwsSandboxOptions, startAwsSandbox } from "../../sandbox/aws/mod.ts";
import { type CountingMetrics, countingMetrics } from "./counting_metrics.ts";
import { untraced } from "../../../lib/telemetry/tracing/api.ts";

/** Settings for an endpoint that answers S3 and IAM. */
export function settingsFor(endpoint: string, changes: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    endpoint,
    region: "us-east-1",
    pathStyle: true,
    iamEndpoint: endpoint,
    iamRegion: "us-east-1",
    tls: { insecureSkipVerify: false },
    retry: { maxAttempts: 3, backoffStrategy: "exponential" },
    credentials: { accessKeyId: "AKIATESTTESTTESTTEST", secretAccessKey: "a-secret-of-no-value" },
    ...changes,
  };
}

/** What a connection is made of: this machine's clock without its waits, no randomness, metrics that can be read. */
export function depsFor(changes: Partial<ConnectDeps> = {}): ConnectDeps & { readonly metrics: CountingMetrics } {
  return {
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    random: () => 0,
    log: noopLogger,
    traceSpan: untraced,
    mayMutate: () => true,
    http: openAwsHttp,
    ...changes,
    metrics: countingMetrics(),
  };
}

export interface Connected {
  readonly sandbox: AwsSandbox;
  readonly connection: Connection;
  readonly metrics: CountingMetrics;
}

/** Runs over a connection to a sandbox of its own, then closes both. */
export async function withConnection(
  { sandbox: options = {}, settings = {}, deps: changes = {} }: {
    readonly sandbox?: AwsSandboxOptions;
    readonly settings?: Partial<ConnectionSettings>;
    readonly deps?: Partial<ConnectDeps>;
  },
  run: (connected: Connected) => Promise<void>,
): Promise<void> {
  const sandbox = await startAwsSandbox(options);
  const deps = depsFor(changes);
  const connection = connect(settingsFor(sandbox.url, { credentials: sandbox.credentials, ...settings }), deps);
  try {
    await run({ sandbox, connection, metrics: deps.metrics });
  } finally {
    connection.close();
    await sandbox.close();
  }
}

/** Runs over a connection to a server that answers as `answer` says, then closes both. */
export async function withAnswers(
  answer: (request: Request) => Response | Promise<Response>,
  run: (connection: Connection, metrics: CountingMetrics, url: string) => Promise<void>,
  changes: Partial<ConnectionSettings> = {},
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  const deps = depsFor();
  const connection = connect(
    settingsFor(url, { retry: { maxAttempts: 1, backoffStrategy: "linear" }, ...changes }),
    deps,
  );
  try {
    await run(connection, deps.metrics, url);
  } finally {
    connection.close();
    await server.shutdown();
  }
}

/** S3's form of an error. */
export function s3Error(code: string, status: number, message = "Said by the service"): Response {
  const requestId = crypto.randomUUID();
  const body = `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml", "x-amz-request-id": requestId } });
}

/** IAM's form of an error. */
export function iamError(code: string, status: number, message = "Said by the service"): Response {
  const requestId = crypto.randomUUID();
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return new Response(body, { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId } });
}
