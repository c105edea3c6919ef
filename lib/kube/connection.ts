import type { Clock } from "../telemetry/api.ts";
import type { CallMetrics } from "../telemetry/metrics_api.ts";
import type { TraceSpan } from "../telemetry/tracing/api.ts";
import type { Transport } from "./transport.ts";

/** What the platform lends: environment, files, what is permitted, and clients of Deno's fetch. */
export interface KubeAuthDeps {
  readonly env: (name: string) => string | undefined;
  /** The file's text; `undefined` when there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  /** Whether this build may start programs, as exec plugins are. */
  readonly mayRunPrograms: () => boolean;
  readonly createFetch: (tls: ClientTls) => { readonly fetch: typeof fetch; close(): void };
  readonly metrics: CallMetrics;
  readonly clock: Clock;
  readonly traceSpan?: TraceSpan;
}

/** PEM texts. */
export interface ClientTls {
  readonly caCert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KubeConnection {
  readonly transport: Transport;
  /** The namespace of this process, or of the kubeconfig's context. */
  readonly namespace: string;
  close(): void;
}

/** A kubeconfig or service account that cannot be used, with the remedy. */
export class KubeAuthError extends Error {
  override readonly name = "KubeAuthError";
}

/** How often a token file is read again, milliseconds: bound tokens are exchanged while the process runs. */
export const TOKEN_MS = 60_000;
