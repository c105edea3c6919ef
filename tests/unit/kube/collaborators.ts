import { KubeClient } from "../../../lib/kube/client.ts";
import type { KubeObject } from "../../../lib/kube/object.ts";
import { Transport } from "../../../lib/kube/transport.ts";
import type { ResourceType } from "../../../lib/kube/api.ts";
import type { Clock, LogFields, Logger } from "../../../lib/telemetry/api.ts";
import type { CallMetrics } from "../../../lib/telemetry/metrics_api.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";

export const thingType: ResourceType<Thing> = { group: "test.dev", version: "v1", plural: "things", kind: "Thing" };

/** An object of the tests' own kind. */
export interface Thing extends KubeObject {
  readonly spec: { readonly refs?: readonly string[]; readonly size?: number };
  readonly status?: { readonly ready?: boolean };
}

export interface ThingOptions {
  readonly namespace?: string;
  readonly uid?: string;
  readonly version?: number | string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly spec?: Thing["spec"];
  readonly status?: NonNullable<Thing["status"]>;
}

export function thing(name: string, options: ThingOptions = {}): Thing {
  const { namespace = "team-a", uid = `uid-${name}`, version = 1, metadata = {}, spec = {}, status } = options;
  return {
    apiVersion: "test.dev/v1",
    kind: "Thing",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion: String(version),
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec,
    ...(status ? { status } : {}),
  };
}

/** A log that is kept. */
export class KeptLog implements Logger {
  readonly lines: { level: string; message: string; fields: LogFields }[] = [];
  debug = (message: string, fields: LogFields = {}) => void this.lines.push({ level: "DEBUG", message, fields });
  info = (message: string, fields: LogFields = {}) => void this.lines.push({ level: "INFO", message, fields });
  warning = (message: string, fields: LogFields = {}) => void this.lines.push({ level: "WARNING", message, fields });
  error = (message: string, fields: LogFields = {}) => void this.lines.push({ level: "ERROR", message, fields });
  with = () => this;

  count(level: string, message: string): number {
    return this.lines.filter((line) => line.level === level && line.message === message).length;
  }
}

/** Metrics that keep the API calls and the rate limits. */
export class KeptMetrics implements CallMetrics {
  readonly calls: string[] = [];
  limits = 0;
  readonly requests: string[] = [];
  cacheLookup = noopMetrics.cacheLookup;
  restRequest: CallMetrics["restRequest"] = ({ method, host, code }) =>
    void this.requests.push(`${method} ${host} ${code}`);
  apiCall: CallMetrics["apiCall"] = (type, operation, result) => void this.calls.push(`${type} ${operation} ${result}`);
  rateLimitHit = () => void this.limits++;
}

export const systemTime: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** A transport to a server, or over any function that answers like fetch. */
export function transportTo(
  server: string,
  { fetch = globalThis.fetch, clock = systemTime, metrics = noopMetrics, headers = {} }: {
    readonly fetch?: typeof globalThis.fetch;
    readonly clock?: Clock;
    readonly metrics?: CallMetrics;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Transport {
  return new Transport(() => ({ server, fetch, headers: () => Promise.resolve(headers) }), { metrics, clock });
}

export function clientOver(fetch: typeof globalThis.fetch, written: KubeObject[] = []): KubeClient {
  return new KubeClient({
    transport: transportTo("http://kube", { fetch }),
    onWrite: (_type, object) => written.push(object),
  });
}
