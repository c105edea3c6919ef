import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "./api.ts";

/** Metrics that can be read: `text` is Prometheus' exposition format, of `contentType`. */
export type ReadableMetrics = Metrics & { text(): Promise<string>; readonly contentType: string };

const PREFIX = "wasabi_s3_operator_";
/** Seconds. Emptying a bucket takes minutes. */
const RECONCILE_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Seconds; a call is bounded by 30 s. */
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of the contract ("Metrics"), in a registry of their own. Each call makes a new, empty set. */
export function createMetrics(): ReadableMetrics {
  const registry = new Registry();
  const named = (name: string, help: string, labelNames: string[]) => (
    { name: `${PREFIX}${name}`, help, labelNames, registers: [registry] }
  );
  const counter = (name: string, help: string, ...labels: string[]) => new Counter(named(name, help, labels));
  const gauge = (name: string, help: string, ...labels: string[]) => new Gauge(named(name, help, labels));

  const reconciles = counter("reconcile_total", "Reconciles by result.", "kind", "result");
  const reconcileSeconds = new Histogram({
    ...named("reconcile_duration_seconds", "Duration of reconciles.", ["kind"]),
    buckets: RECONCILE_BUCKETS,
  });
  const operations = counter("bucket_operations_total", "Operations on buckets.", "operation", "result");
  const connectivity = counter("provider_connectivity_total", "Checks of Providers.", "provider", "status");
  const connected = gauge("provider_connected", "1 where the last check of the Provider succeeded.", "provider");
  const drift = counter("drift_detected_total", "Drift that was found.", "kind", "resource_type");
  const calls = counter("api_call_total", "Calls of APIs.", "api_type", "operation", "result");
  const callSeconds = new Histogram({
    ...named("api_call_duration_seconds", "Duration of API calls.", ["api_type", "operation"]),
    buckets: CALL_BUCKETS,
  });
  const rateLimits = counter("rate_limit_hits_total", "Calls that were refused for their rate.", "api_type");
  const errors = counter("error_total", "Errors of reconciles.", "kind", "error_type");
  const statuses = counter("resource_status_total", "Statuses that reconciles ended with.", "kind", "status");
  const statusNow = gauge("resource_status", "Objects by their status now.", "kind", "status");
  const lastStatus = new Map<string, string>();

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    reconciled(kind, result, seconds) {
      reconciles.inc({ kind, result });
      reconcileSeconds.observe({ kind }, seconds);
    },
    bucketOperation: (operation, result) => operations.inc({ operation, result }),
    providerConnectivity(provider, status) {
      connectivity.inc({ provider, status });
      connected.set({ provider }, status === "connected" ? 1 : 0);
    },
    driftDetected: (kind, resourceType) => drift.inc({ kind, resource_type: resourceType }),
    apiCall(apiType, operation, result, seconds) {
      calls.inc({ api_type: apiType, operation, result });
      if (seconds !== undefined) callSeconds.observe({ api_type: apiType, operation }, seconds);
    },
    rateLimitHit: (apiType) => rateLimits.inc({ api_type: apiType }),
    error: (kind, errorType) => errors.inc({ kind, error_type: errorType }),
    resourceStatus(kind, key, status) {
      statuses.inc({ kind, status });
      const id = `${kind}/${key}`;
      const former = lastStatus.get(id);
      if (former !== undefined) statusNow.dec({ kind, status: former });
      if (status !== "deleted") {
        statusNow.inc({ kind, status });
        lastStatus.set(id, status);
        return;
      }
      lastStatus.delete(id);
      if (kind === "Provider") connected.remove({ provider: key });
    },
  };
}

/** Counts nothing. */
export const noopMetrics: Metrics = {
  reconciled() {},
  bucketOperation() {},
  providerConnectivity() {},
  driftDetected() {},
  apiCall() {},
  rateLimitHit() {},
  error() {},
  resourceStatus() {},
};
