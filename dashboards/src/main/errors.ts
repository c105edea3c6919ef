import type { Row } from "../dashboard.ts";
import { KIND, M } from "../metrics.ts";
import { graph, table } from "../panel.ts";

/** The share of failures among reconciles over a time. */
function failedShare(range: string, by: string): string {
  const failed = `sum ${by} (rate(${M.reconciles}{${KIND}, result="failed"}[${range}]))`;
  return `${failed} / sum ${by} (rate(${M.reconciles}{${KIND}}[${range}]))`;
}

/** What fails, and whether it becomes better or worse. */
export const errors: Row = {
  title: "Errors",
  panels: [
    graph({
      title: "Errors by kind and type",
      description: "Reconciles a second that failed or stalled, by the service's error code or our reason.",
      unit: "ops",
      width: 12,
      stacked: true,
      queries: [{
        expr: `sum by (kind, error_type) (rate(${M.errors}{${KIND}}[$__rate_interval]))`,
        legend: "{{kind}} {{error_type}}",
      }],
    }),
    graph({
      title: "Trend: share of reconciles that fail",
      description: "By kind, and over all kinds as the mean of the last hour: a rising line is a growing problem.",
      unit: "percentunit",
      width: 12,
      max: 1,
      queries: [
        { expr: failedShare("$__rate_interval", "by (kind)"), legend: "{{kind}}" },
        { expr: failedShare("1h", ""), legend: "all kinds, mean of an hour" },
      ],
    }),
    table({
      title: "Errors in this range",
      description: "The most frequent ones of the time that the dashboard shows.",
      unit: "short",
      width: 24,
      height: 6,
      decimals: 0,
      columns: { kind: "Kind", error_type: "Error", Value: "How often" },
      queries: [{ expr: `topk(20, sum by (kind, error_type) (increase(${M.errors}{${KIND}}[$__range])) > 0)` }],
    }),
  ],
};
