import { counter, gauge, oneOf, upTo } from "./definition.ts";
import { KIND, OBJECT, PREFIX } from "./labels.ts";

const KEYS = { labels: OBJECT, mostObjects: 1_000, cluster: true } as const;

/** How the objects are now, read from memory when scraped and only by the leader; and what came of them. */
export const objectMetrics = {
  resourceStatus: counter(`${PREFIX}resource_status_total`, "Reconciles by the status that they found", {
    labels: { ...KIND, status: oneOf("ready", "not_ready", "deleted") },
    contract: true,
    fromStart: true,
  }),
  resources: gauge(`${PREFIX}resources`, "Objects by their present status", {
    labels: {
      ...KIND,
      object_namespace: upTo(200, "namespace of the objects"),
      status: oneOf("ready", "not_ready", "deleting"),
    },
    cluster: true,
  }),
  conditions: gauge(`${PREFIX}resource_condition`, "Objects by their conditions", {
    labels: {
      ...KIND,
      type: upTo(30, "type of the condition"),
      status: oneOf("True", "False", "Unknown"),
      reason: upTo(60, "its reason"),
    },
    cluster: true,
  }),
  notReady: gauge(`${PREFIX}not_ready`, "1 for each object that is not ready and not being deleted", {
    labels: { ...KIND, ...OBJECT, reason: upTo(60, "reason of its condition Ready, or `Pending`") },
    unit: "flag",
    mostObjects: 500,
    cluster: true,
  }),
  deletionBlocked: gauge(`${PREFIX}deletion_blocked`, "1 for each object whose deletion cannot go on", {
    labels: { ...KIND, ...OBJECT, reason: upTo(20, "`DeletionBlocked`, `BucketNotEmpty`, `InUse`, `Paused`") },
    unit: "flag",
    mostObjects: 500,
    cluster: true,
  }),
  keyAge: gauge(`${PREFIX}access_key_age_seconds`, "Time since the key was made or rotated", {
    ...KEYS,
    unit: "seconds",
  }),
  keyNextRotation: gauge(
    `${PREFIX}access_key_next_rotation_timestamp_seconds`,
    "When the key is rotated next; none where rotation is off",
    { ...KEYS, unit: "timestamp" },
  ),
  keyOverdue: gauge(
    `${PREFIX}access_key_rotation_overdue_seconds`,
    "Time since a rotation should have been; 0 while none is due",
    { ...KEYS, unit: "seconds" },
  ),
  keyPhases: gauge(`${PREFIX}access_key_rotation_phase`, "AccessKeys by where their rotation stands", {
    labels: { phase: oneOf("Settled", "Proving", "Overlap", "Deactivated") },
    cluster: true,
  }),
  keyOrphans: gauge(
    `${PREFIX}access_key_orphans`,
    "Keys of the AccessKey's user that no AccessKey records: leaked, or made by hand; only where there are any",
    KEYS,
  ),
  seriesOmitted: gauge(`${PREFIX}series_omitted`, "Objects left out of a gauge that names only so many", {
    labels: { metric: upTo(20, "name of the gauge") },
  }),
  scrapeErrors: counter(`${PREFIX}scrape_errors_total`, "Metrics that could not be read when they were scraped", {
    labels: { metric: upTo(100, "name of the metric") },
  }),
  bucketsCreated: counter(`${PREFIX}buckets_created_total`, "Buckets that were made", { labels: {} }),
  bucketsDeleted: counter(`${PREFIX}buckets_deleted_total`, "Buckets that were deleted at the service", {
    labels: {},
  }),
  usersCreated: counter(`${PREFIX}users_created_total`, "IAM users that were made", { labels: {} }),
  keysCreated: counter(`${PREFIX}access_keys_created_total`, "Access keys that were made, for rotations too", {
    labels: {},
  }),
  keysRotated: counter(`${PREFIX}access_keys_rotated_total`, "Rotations whose new key was published", { labels: {} }),
  keysRevoked: counter(`${PREFIX}access_keys_revoked_total`, "Access keys that were deleted at IAM", { labels: {} }),
  policiesApplied: counter(
    `${PREFIX}policies_applied_total`,
    "Policies that were written: of buckets, of users, managed ones, and attachments",
    { labels: {} },
  ),
} as const;
