import type { Row } from "../dashboard.ts";
import { JOB, M } from "../metrics.ts";
import { graph, stat } from "../panel.ts";

/** Without the operation that 0.2.x counted for each pass, which changes nothing. */
const CHANGES = `${JOB}, operation!="reconcile"`;
const OPERATIONS = `${M.bucketOperations}{${CHANGES}}`;
const GOOD = `${M.bucketOperations}{${CHANGES}, result="success"}`;

/** What is done to buckets, and whether it works. */
export const buckets: Row = {
  title: "Bucket operations",
  panels: [
    graph({
      title: "Bucket operations",
      description: "Changes a second of buckets, their settings and policies. At rest there are none.",
      unit: "ops",
      width: 12,
      queries: [{
        expr: `sum by (operation, result) (rate(${OPERATIONS}[$__rate_interval])) > 0`,
        legend: "{{operation}} {{result}}",
      }],
    }),
    graph({
      title: "Success ratio of bucket operations",
      description: "The share of changes that the service accepted; a gap where there were none.",
      unit: "percentunit",
      width: 8,
      max: 1,
      queries: [{
        expr: `sum(rate(${GOOD}[$__rate_interval])) / (sum(rate(${OPERATIONS}[$__rate_interval])) > 0)`,
        legend: "success",
      }],
    }),
    stat({
      title: "Success in this range",
      description: "The share of changes that the service accepted in the time that the dashboard shows.",
      unit: "percentunit",
      width: 4,
      height: 8,
      thresholds: [[null, "red"], [0.9, "orange"], [0.99, "green"]],
      queries: [{ expr: `sum(increase(${GOOD}[$__range])) / sum(increase(${OPERATIONS}[$__range]))` }],
    }),
  ],
};
