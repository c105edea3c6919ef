import type { Row } from "../dashboard.ts";
import { JOB, M, OBJECT } from "../metrics.ts";
import { graph, greenUntil, stat } from "../panel.ts";

const COUNTS = {
  "Buckets made": M.bucketsCreated,
  "Buckets deleted": M.bucketsDeleted,
  "Users made": M.usersCreated,
  "Keys made": M.keysCreated,
  "Keys rotated": M.keysRotated,
  "Keys revoked": M.keysRevoked,
  "Policies written": M.policiesApplied,
};
const HOUR = 3_600;

/** What came of it in the time that is shown. */
export const changes: Row = {
  title: "What was done",
  panels: [
    stat({
      title: "In this range",
      description: "What was made, rotated, written and deleted in the time that the dashboard shows.",
      unit: "short",
      width: 24,
      height: 5,
      decimals: 0,
      withNames: true,
      thresholds: [[null, "blue"]],
      queries: Object.entries(COUNTS).map(([legend, metric]) => ({
        expr: `sum(increase(${metric}{${JOB}}[$__range]))`,
        legend,
      })),
    }),
    graph({
      title: "Over time",
      description: "The same for each interval of the graph.",
      unit: "short",
      width: 16,
      queries: Object.entries(COUNTS).map(([legend, metric]) => ({
        expr: `sum(increase(${metric}{${JOB}}[$__rate_interval]))`,
        legend,
      })),
    }),
    stat({
      title: "Rotations on time",
      description: "The share of access keys whose rotation is not more than an hour late.",
      unit: "percentunit",
      width: 4,
      height: 8,
      decimals: 1,
      thresholds: [[null, "red"], [0.95, "orange"], [1, "green"]],
      queries: [{ expr: `sum(${M.keyOverdue}{${OBJECT}} <= bool ${HOUR}) / count(${M.keyOverdue}{${OBJECT}})` }],
    }),
    stat({
      title: "Oldest key",
      description: "How long ago the oldest access key in use was made.",
      unit: "s",
      width: 4,
      height: 8,
      thresholds: greenUntil(365 * 24 * HOUR, "orange"),
      queries: [{ expr: `max(${M.keyAge}{${OBJECT}})` }],
    }),
  ],
};
