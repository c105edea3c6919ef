import type { Catalogue, IdOf } from "./catalogue/mod.ts";
import type { LabelsOf } from "./catalogue/definition.ts";

export type ApiType = "k8s" | "s3" | "iam";
export type CallResult = "success" | "error" | "cache_hit";

/** What passes over objects count. Durations are seconds. */
export interface ReconcileMetrics {
  reconciled(kind: string, result: "success" | "failed", seconds: number): void;
  error(kind: string, errorType: string): void;
  /**
   * Counts a pass by the status that it found. `ready` ends the object's drift, `deleted` all that is known of it;
   * `deleted` counts once, and only for an object that had a status.
   */
  resourceStatus(kind: string, key: string, status: "ready" | "not_ready" | "deleted"): void;
  bucketOperation(operation: string, result: "success" | "error"): void;
  /** Counts a difference, and shows it as current until the object of that key is ready again. */
  driftDetected(kind: string, resourceType: string, key: string): void;
  /** Shows a difference like `driftDetected`, but does not count it: it is known already. */
  driftStays(kind: string, resourceType: string, key: string): void;
  providerConnectivity(provider: string, status: "connected" | "disconnected" | "error"): void;
  /** Counts what an Event says was done, such as `BucketCreated`; other Events count nothing. */
  accomplished(event: string): void;
}

/** What calls and lookups count. */
export interface CallMetrics {
  /** `seconds` is absent for a cache hit, which has no duration. */
  apiCall(apiType: ApiType, operation: string, result: CallResult, seconds?: number): void;
  rateLimitHit(apiType: ApiType): void;
  cacheLookup(cache: "provider" | "user" | "client", result: "hit" | "miss"): void;
  /** One request to the API server until its answer began; `code` is its status, `<error>` where none came. */
  restRequest(
    request: { readonly method: string; readonly host: string; readonly code: string },
    seconds: number,
  ): void;
}

/** What queues and their workers count, by kind. */
export interface QueueMetrics {
  queueAdded(kind: string): void;
  /** @param seconds that an object was ready before a worker took it */
  queueTaken(kind: string, seconds: number): void;
  queueRetried(kind: string): void;
  /** @param seconds that the worker had the object */
  worked(kind: string, seconds: number): void;
  controllerReconciled(
    kind: string,
    result: "success" | "error" | "requeue" | "requeue_after",
    seconds: number,
  ): void;
}

/** What the talk with the API server counts beside its requests. */
export interface ClusterMetrics {
  /** A list or watch broke and is begun anew. */
  informerRestarted(kind: string, reason: string): void;
  /** @param at milliseconds since the epoch */
  leaseRenewed(result: "success" | "error", at: number): void;
  eventRecorded(type: "Normal" | "Warning", result: "created" | "repeated" | "failed" | "dropped"): void;
}

/** What the export of spans counts. */
export interface TraceMetrics {
  spansExported(spans: number): void;
  spansLost(spans: number): void;
  /** Counts an outage each time that it turns from false to true. */
  exportFailing(isFailing: boolean): void;
}

/** A metric that may be read; what a histogram tells is always counted. */
export type ScrapedId = IdOf<"counter"> | IdOf<"gauge">;

/** One series and its value. */
export interface Sample<K extends ScrapedId> {
  readonly labels: LabelsOf<Catalogue[K]>;
  readonly value: number;
}

/** Values that are read when somebody scrapes: a series that is not read any more is gone. */
export interface ScrapedMetrics {
  /**
   * Samples of the same labels add up. Where a metric names only so many objects, those that are read first are shown.
   */
  onScrape<K extends ScrapedId>(id: K, read: () => Iterable<Sample<K>>): void;
  /** Metrics of the whole cluster are shown by the process that leads alone, so that sums over replicas are right. */
  showClusterWhile(leads: () => boolean): void;
}

/** All that the program counts. One implementation on prom-client, one that does nothing for tests. */
export interface Metrics
  extends ReconcileMetrics, CallMetrics, QueueMetrics, ClusterMetrics, TraceMetrics, ScrapedMetrics {}
