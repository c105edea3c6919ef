import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { boundedLabel } from "./labels.ts";
import type { ApiType, CallResult, Metrics } from "./api.ts";

const PREFIX = "wasabi_s3_operator_";
const RECONCILE_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type ObjectStatus = "ready" | "not_ready";

/** The metrics of docs/metrics.md on prom-client, in a registry of their own, with gauges that go down too. */
export class PromMetrics implements Metrics {
  readonly registry: Registry = new Registry();
  readonly #counters = createCounters(this.registry);
  readonly #histograms = createHistograms(this.registry);
  readonly #objects = gauge(this.registry, "resources", "Objects by kind and current status", ["kind", "status"]);
  readonly #connected = gauge(this.registry, "provider_connected", "1 while the provider answers, else 0", [
    "provider",
  ]);
  /** Last status by kind and key, so that the gauge can move. */
  readonly #statuses = new Map<string, ObjectStatus>();
  readonly #labels = {
    operation: boundedLabel(200),
    call: boundedLabel(500),
    errorType: boundedLabel(200),
    provider: boundedLabel(1_000),
    resourceType: boundedLabel(100),
  };

  reconciled(kind: string, result: "success" | "failed", seconds: number): void {
    this.#counters.reconcile.inc({ kind, result });
    this.#histograms.reconcile.observe({ kind }, seconds);
  }

  bucketOperation(operation: string, result: "success" | "error"): void {
    this.#counters.bucketOperations.inc({ operation: this.#labels.operation(operation), result });
  }

  providerConnectivity(provider: string, status: "connected" | "disconnected" | "error"): void {
    const label = this.#labels.provider(provider);
    this.#counters.connectivity.inc({ provider: label, status });
    this.#connected.set({ provider: label }, status === "connected" ? 1 : 0);
  }

  driftDetected(kind: string, resourceType: string): void {
    this.#counters.drift.inc({ kind, resource_type: this.#labels.resourceType(resourceType) });
  }

  apiCall(apiType: ApiType, operation: string, result: CallResult, seconds?: number): void {
    const labels = { api_type: apiType, operation: this.#labels.call(operation) };
    this.#counters.apiCall.inc({ ...labels, result });
    if (seconds !== undefined) this.#histograms.apiCall.observe(labels, seconds);
  }

  rateLimitHit(apiType: ApiType): void {
    this.#counters.rateLimit.inc({ api_type: apiType });
  }

  error(kind: string, errorType: string): void {
    this.#counters.error.inc({ kind, error_type: this.#labels.errorType(errorType) });
  }

  resourceStatus(kind: string, key: string, status: ObjectStatus | "deleted"): void {
    const id = `${kind}/${key}`;
    const former = this.#statuses.get(id);
    if (status === "deleted" && kind === "Provider") this.#connected.remove({ provider: this.#labels.provider(key) });
    // A deletion is seen twice: by the pass that ends it, and when the object has gone from the cluster.
    if (status === "deleted" && former === undefined) return;
    this.#counters.resourceStatus.inc({ kind, status });
    if (former !== undefined) this.#objects.dec({ kind, status: former });
    if (status === "deleted") {
      this.#statuses.delete(id);
      return;
    }
    this.#statuses.set(id, status);
    this.#objects.inc({ kind, status });
  }
}

function createCounters(registry: Registry) {
  return {
    reconcile: counter(registry, "reconcile_total", "Reconciles by kind and result", ["kind", "result"]),
    bucketOperations: counter(registry, "bucket_operations_total", "Changes of buckets", ["operation", "result"]),
    connectivity: counter(registry, "provider_connectivity_total", "Checks of providers", ["provider", "status"]),
    drift: counter(registry, "drift_detected_total", "Settings that somebody else changed", ["kind", "resource_type"]),
    apiCall: counter(registry, "api_call_total", "Calls of APIs and cached lookups", [
      "api_type",
      "operation",
      "result",
    ]),
    rateLimit: counter(registry, "rate_limit_hits_total", "Answers that asked to slow down", ["api_type"]),
    error: counter(registry, "error_total", "Reconciles that failed, by type of error", ["kind", "error_type"]),
    resourceStatus: counter(registry, "resource_status_total", "Reconciles by the status found", ["kind", "status"]),
  };
}

function createHistograms(registry: Registry) {
  return {
    reconcile: histogram(registry, "reconcile_duration_seconds", "Duration of reconciles", ["kind"], RECONCILE_BUCKETS),
    apiCall: histogram(
      registry,
      "api_call_duration_seconds",
      "Duration of API calls",
      ["api_type", "operation"],
      CALL_BUCKETS,
    ),
  };
}

function counter<L extends string>(registry: Registry, name: string, help: string, labelNames: L[]): Counter<L> {
  return new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function gauge<L extends string>(registry: Registry, name: string, help: string, labelNames: L[]): Gauge<L> {
  return new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
}

function histogram<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: L[],
  buckets: number[],
): Histogram<L> {
  return new Histogram({ name: PREFIX + name, help, labelNames, buckets, registers: [registry] });
}
