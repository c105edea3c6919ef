import { counter, gauge, histogram, type LabelDefinition, oneOf, upTo } from "./definition.ts";
import { CONTROLLER, KIND, PREFIX, QUEUE_BUCKETS, RECONCILE_BUCKETS } from "./labels.ts";

const { controller } = CONTROLLER;
/** Callers give a method as text. */
const METHODS: LabelDefinition = oneOf("GET", "POST", "PUT", "PATCH", "DELETE");
const LEASE = { name: upTo(1, "name of the Lease") } as const;

/** What runs below the handlers. Names that controller-runtime and client-go have are theirs, so dashboards fit. */
export const machineryMetrics = {
  queueDepth: gauge("workqueue_depth", "Objects that are ready to be worked on", {
    labels: { ...CONTROLLER, priority: oneOf("high", "low") },
  }),
  queueAdds: counter("workqueue_adds_total", "Objects that became ready to be worked on", { labels: CONTROLLER }),
  queueSeconds: histogram("workqueue_queue_duration_seconds", "Time that an object is ready before a worker takes it", {
    labels: CONTROLLER,
    buckets: QUEUE_BUCKETS,
  }),
  workSeconds: histogram("workqueue_work_duration_seconds", "Time that a worker has an object", {
    labels: CONTROLLER,
    buckets: QUEUE_BUCKETS,
  }),
  queueRetries: counter("workqueue_retries_total", "Objects that are tried again after a failure", {
    labels: CONTROLLER,
  }),
  queueLongest: gauge(
    "workqueue_longest_running_processor_seconds",
    "How long the oldest of the running reconciles has been going on",
    { labels: CONTROLLER, unit: "seconds" },
  ),
  queueUnfinished: gauge(
    "workqueue_unfinished_work_seconds",
    "How long all running reconciles have been going on, added up",
    { labels: CONTROLLER, unit: "seconds" },
  ),
  controllerReconciles: counter(
    "controller_runtime_reconcile_total",
    "Reconciles by what follows: error is a retry with backoff, requeue one at once",
    { labels: { controller, result: oneOf("success", "error", "requeue", "requeue_after") }, fromStart: true },
  ),
  controllerErrors: counter("controller_runtime_reconcile_errors_total", "Reconciles that are retried with backoff", {
    labels: { controller },
    fromStart: true,
  }),
  controllerSeconds: histogram("controller_runtime_reconcile_time_seconds", "Duration of reconciles", {
    labels: { controller },
    buckets: RECONCILE_BUCKETS,
  }),
  activeWorkers: gauge("controller_runtime_active_workers", "Workers that have an object", { labels: { controller } }),
  maxWorkers: gauge("controller_runtime_max_concurrent_reconciles", "Workers that there are", {
    labels: { controller },
  }),
  restRequests: counter("rest_client_requests_total", "Requests to the API server", {
    labels: {
      code: upTo(60, "status of the answer, or `<error>` where none came"),
      method: METHODS,
      host: upTo(5, "host and port of the API server"),
    },
  }),
  restSeconds: histogram(
    "rest_client_request_duration_seconds",
    "Time until the API server's answer begins, watches included",
    {
      labels: {
        verb: METHODS,
        host: upTo(5, "host and port of the API server"),
      },
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
    },
  ),
  leader: gauge(
    "leader_election_master_status",
    "Whether this process leads; always 1 without leader election",
    { labels: LEASE, unit: "flag" },
  ),
  leaseRenewals: counter(`${PREFIX}lease_renewals_total`, "Tries to renew the Lease", {
    labels: { result: oneOf("success", "error") },
    fromStart: true,
  }),
  leaseRenewed: gauge(`${PREFIX}lease_last_renewal_timestamp_seconds`, "When the Lease was renewed last", {
    labels: {},
    unit: "timestamp",
  }),
  informerContact: gauge(
    `${PREFIX}informer_last_contact_timestamp_seconds`,
    "When the API server was last heard about a kind; a quiet watch is heard every minute",
    { labels: KIND, unit: "timestamp" },
  ),
  informerRestarts: counter(`${PREFIX}informer_restarts_total`, "Lists and watches that broke and were begun anew", {
    labels: {
      ...KIND,
      reason: upTo(30, "the API server's reason, or `Network`, `Timeout`, `WatchIdle`, `ShortWatch`"),
    },
  }),
  informerSynced: gauge(`${PREFIX}informer_synced`, "Whether the first list of a kind is in memory", {
    labels: KIND,
    unit: "flag",
  }),
  events: counter(`${PREFIX}events_total`, "Events: new ones, repetitions of a series, failed and dropped ones", {
    labels: { type: oneOf("Normal", "Warning"), result: oneOf("created", "repeated", "failed", "dropped") },
    fromStart: true,
  }),
  spansExported: counter(`${PREFIX}trace_spans_exported_total`, "Spans that the collector took", { labels: {} }),
  spansLost: counter(`${PREFIX}trace_spans_lost_total`, "Spans that no collector took", { labels: {} }),
  exportOutages: counter(`${PREFIX}trace_export_outages_total`, "Times that the export of spans began to fail", {
    labels: {},
  }),
  exportFailing: gauge(`${PREFIX}trace_export_failing`, "Whether the last export of spans failed", {
    labels: {},
    unit: "flag",
  }),
} as const;
