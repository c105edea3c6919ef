import { controllerLabels } from "./catalogue/labels.ts";
import type { IdOf } from "./catalogue/mod.ts";
import { expose, type Scrape } from "./exposition.ts";
import { Instruments } from "./instruments.ts";
import type { ApiType, CallResult, Metrics, Sample, ScrapedId } from "./metrics_api.ts";

/** What is counted where an Event says that something was done. */
const ACCOMPLISHED: Readonly<Record<string, IdOf<"counter">>> = {
  BucketCreated: "bucketsCreated",
  BucketDeleted: "bucketsDeleted",
  UserCreated: "usersCreated",
  AccessKeyCreated: "keysCreated",
  AccessKeyRotationStarted: "keysCreated",
  AccessKeyRotated: "keysRotated",
  AccessKeyRevoked: "keysRevoked",
  PolicyApplied: "policiesApplied",
};

/** The metrics of the catalogue (docs/reference/metrics.md) on prom-client, in a registry of their own. */
export class PromMetrics implements Metrics {
  readonly #instruments = new Instruments();
  /** Kind and key of each object that had a status. */
  readonly #known = new Set<string>();
  /** What differs of each object whose drift is not mended yet, by kind and key. */
  readonly #drift = new Map<string, { readonly kind: string; readonly types: Set<string> }>();
  #exportFailing = false;

  constructor() {
    this.onScrape("driftCurrent", () => this.#currentDrift());
  }

  /** All metrics as text. @param accept the header of the scrape; Prometheus's own format without it */
  scrape(accept = ""): Promise<Scrape> {
    return expose(this.#instruments.registry, accept);
  }

  reconciled(kind: string, result: "success" | "failed", seconds: number): void {
    this.#instruments.count("reconciles", { kind, result });
    this.#instruments.observe("reconcileSeconds", { kind }, seconds);
  }

  error(kind: string, errorType: string): void {
    this.#instruments.count("errors", { kind, error_type: errorType });
  }

  resourceStatus(kind: string, key: string, status: "ready" | "not_ready" | "deleted"): void {
    const id = `${kind}/${key}`;
    if (status !== "not_ready") this.#drift.delete(id);
    // A deletion is seen twice: by the pass that ends it, and when the object has gone from the cluster.
    if (status === "deleted" && !this.#known.delete(id)) return;
    if (status !== "deleted") this.#known.add(id);
    this.#instruments.count("resourceStatus", { kind, status });
  }

  bucketOperation(operation: string, result: "success" | "error"): void {
    this.#instruments.count("bucketOperations", { operation, result });
  }

  driftDetected(kind: string, resourceType: string, key: string): void {
    this.#instruments.count("drift", { kind, resource_type: resourceType });
    this.driftStays(kind, resourceType, key);
  }

  driftStays(kind: string, resourceType: string, key: string): void {
    const id = `${kind}/${key}`;
    const { types } = this.#drift.get(id) ?? { types: new Set<string>() };
    this.#drift.set(id, { kind, types: types.add(resourceType) });
  }

  providerConnectivity(provider: string, status: "connected" | "disconnected" | "error"): void {
    this.#instruments.count("connectivity", { provider, status });
  }

  accomplished(event: string): void {
    const id = Object.hasOwn(ACCOMPLISHED, event) ? ACCOMPLISHED[event] : undefined;
    if (id !== undefined) this.#instruments.count(id, {} as never);
  }

  apiCall(apiType: ApiType, operation: string, result: CallResult, seconds?: number): void {
    const labels = { api_type: apiType, operation };
    this.#instruments.count("calls", { ...labels, result });
    if (seconds !== undefined) this.#instruments.observe("callSeconds", labels, seconds);
  }

  rateLimitHit(apiType: ApiType): void {
    this.#instruments.count("rateLimitHits", { api_type: apiType });
  }

  cacheLookup(cache: "provider" | "user" | "client", result: "hit" | "miss"): void {
    this.#instruments.count("cacheLookups", { cache, result });
  }

  restRequest(
    { method, host, code }: { readonly method: string; readonly host: string; readonly code: string },
    seconds: number,
  ): void {
    this.#instruments.count("restRequests", { code, method, host });
    this.#instruments.observe("restSeconds", { verb: method, host }, seconds);
  }

  queueAdded(kind: string): void {
    this.#instruments.count("queueAdds", controllerLabels(kind));
  }

  queueTaken(kind: string, seconds: number): void {
    this.#instruments.observe("queueSeconds", controllerLabels(kind), seconds);
  }

  queueRetried(kind: string): void {
    this.#instruments.count("queueRetries", controllerLabels(kind));
  }

  worked(kind: string, seconds: number): void {
    this.#instruments.observe("workSeconds", controllerLabels(kind), seconds);
  }

  controllerReconciled(
    kind: string,
    result: "success" | "error" | "requeue" | "requeue_after",
    seconds: number,
  ): void {
    this.#instruments.count("controllerReconciles", { controller: kind, result });
    if (result === "error") this.#instruments.count("controllerErrors", { controller: kind });
    this.#instruments.observe("controllerSeconds", { controller: kind }, seconds);
  }

  informerRestarted(kind: string, reason: string): void {
    this.#instruments.count("informerRestarts", { kind, reason });
  }

  leaseRenewed(result: "success" | "error", at: number): void {
    this.#instruments.count("leaseRenewals", { result });
    if (result === "success") this.#instruments.set("leaseRenewed", {}, at / 1000);
  }

  eventRecorded(type: "Normal" | "Warning", result: "created" | "repeated" | "failed" | "dropped"): void {
    this.#instruments.count("events", { type, result });
  }

  spansExported(spans: number): void {
    this.#instruments.count("spansExported", {}, spans);
  }

  spansLost(spans: number): void {
    this.#instruments.count("spansLost", {}, spans);
  }

  exportFailing(isFailing: boolean): void {
    if (isFailing && !this.#exportFailing) this.#instruments.count("exportOutages", {});
    this.#exportFailing = isFailing;
    this.#instruments.set("exportFailing", {}, isFailing ? 1 : 0);
  }

  onScrape<K extends ScrapedId>(id: K, read: () => Iterable<Sample<K>>): void {
    this.#instruments.onScrape(id, read);
  }

  showClusterWhile(leads: () => boolean): void {
    this.#instruments.showClusterWhile(leads);
  }

  *#currentDrift(): Iterable<Sample<"driftCurrent">> {
    for (const { kind, types } of this.#drift.values()) {
      for (const type of types) yield { labels: { kind, resource_type: type }, value: 1 };
    }
  }
}
