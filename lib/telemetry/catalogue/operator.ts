import { counter, gauge, histogram, type LabelDefinition, oneOf, upTo } from "./definition.ts";
import { API, CALL_BUCKETS, KIND, PREFIX, PROVIDER, RECONCILE_BUCKETS } from "./labels.ts";

const SETTINGS = ["versioning", "encryption", "tags", "lifecycle", "cors", "public_access"] as const;
/** Callers give both of these as text. */
const DRIFTING: LabelDefinition = {
  about: "what differs: a bucket's setting, `bucket`, `user`, `policy` or `attachment`",
  values: [...SETTINGS, "bucket", "user", "policy", "attachment"],
};
const OPERATIONS: LabelDefinition = {
  about: "`create`, `delete`, `reconcile`, `update_` and `delete_` with a setting, `apply_policy`, `delete_policy`",
  values: [
    ...["create", "delete", "reconcile", "apply_policy", "delete_policy"],
    ...SETTINGS.flatMap((setting) => [`update_${setting}`, `delete_${setting}`]),
  ],
};

/** What the operator does: the metrics of 0.2.x, and beside them calls, caches and budgets. */
export const operatorMetrics = {
  reconciles: counter(`${PREFIX}reconcile_total`, "Reconciles; failed includes stalled", {
    labels: { ...KIND, result: oneOf("success", "failed") },
    contract: true,
    fromStart: true,
  }),
  reconcileSeconds: histogram(`${PREFIX}reconcile_duration_seconds`, "Duration of reconciles", {
    labels: KIND,
    buckets: RECONCILE_BUCKETS,
    contract: true,
    exemplars: true,
  }),
  errors: counter(`${PREFIX}error_total`, "Reconciles that failed or stalled, by the service's code or our reason", {
    labels: { ...KIND, error_type: upTo(200, "error code of the service, or reason of the condition") },
    contract: true,
    exemplars: true,
  }),
  bucketOperations: counter(`${PREFIX}bucket_operations_total`, "Changes of buckets, their settings and policies", {
    labels: {
      operation: OPERATIONS,
      result: oneOf("success", "error"),
    },
    contract: true,
    fromStart: true,
    exemplars: true,
  }),
  connectivity: counter(`${PREFIX}provider_connectivity_total`, "Checks of Providers; error means the credentials", {
    labels: { ...PROVIDER, status: oneOf("connected", "disconnected", "error") },
    contract: true,
  }),
  connected: gauge(`${PREFIX}provider_connected`, "Whether the Provider answered the last check", {
    labels: { provider: { about: "the Provider, as `namespace/name`" } },
    unit: "flag",
    mostObjects: 500,
    cluster: true,
  }),
  drift: counter(`${PREFIX}drift_detected_total`, "Differences that came up behind the operator's back", {
    labels: { ...KIND, resource_type: DRIFTING },
    contract: true,
    fromStart: true,
  }),
  driftCurrent: gauge(`${PREFIX}drift_current`, "Objects whose drift was found and is not mended yet", {
    labels: { ...KIND, resource_type: DRIFTING },
  }),
  calls: counter(`${PREFIX}api_call_total`, "Calls of APIs, and lookups in memory", {
    labels: {
      ...API,
      operation: upTo(300, "the API's own name, such as `PutBucketTagging` or `patch_buckets_status`"),
      result: oneOf("success", "error", "cache_hit"),
    },
    contract: true,
  }),
  callSeconds: histogram(`${PREFIX}api_call_duration_seconds`, "Duration of API calls", {
    labels: { ...API, operation: upTo(300, "as of `api_call_total`") },
    buckets: CALL_BUCKETS,
    contract: true,
    exemplars: true,
  }),
  rateLimitHits: counter(`${PREFIX}rate_limit_hits_total`, "Answers that asked to slow down", {
    labels: API,
    contract: true,
    fromStart: true,
    exemplars: true,
  }),
  cacheLookups: counter(`${PREFIX}cache_lookups_total`, "Lookups of what is kept in memory", {
    labels: { cache: oneOf("provider", "user", "client"), result: oneOf("hit", "miss") },
    fromStart: true,
  }),
  budgetRate: gauge(`${PREFIX}call_budget_rate`, "Calls that a Provider's budget allows at present", {
    labels: PROVIDER,
    unit: "per second",
  }),
  budgetWaiting: gauge(`${PREFIX}call_budget_waiting`, "Calls that wait for a Provider's budget", {
    labels: { ...PROVIDER, priority: oneOf("high", "normal") },
  }),
  budgetCalls: counter(`${PREFIX}call_budget_calls_total`, "Calls that a Provider's budget let through", {
    labels: PROVIDER,
  }),
  budgetThrottled: counter(`${PREFIX}call_budget_throttled_total`, "Times that a Provider's budget was cut", {
    labels: PROVIDER,
  }),
} as const;
