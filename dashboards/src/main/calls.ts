import type { Row } from "../dashboard.ts";
import { JOB, M, quantile } from "../metrics.ts";
import { graph, stat, table } from "../panel.ts";

const SENT = `${M.calls}{${JOB}, result!="cache_hit"}`;

/** Calls of Kubernetes, S3 and IAM. */
export const calls: Row = {
  title: "Kubernetes, S3 and IAM",
  panels: [
    graph({
      title: "Calls by API and result",
      description: "Calls a second of the Kubernetes API, S3 and IAM. Answers out of memory are not among them.",
      unit: "reqps",
      width: 8,
      queries: [{
        expr: `sum by (api_type, result) (rate(${SENT}[$__rate_interval]))`,
        legend: "{{api_type}} {{result}}",
      }],
    }),
    graph({
      title: "Latency by API",
      description: "Half and 99 % of the calls of each API are answered within this time.",
      unit: "s",
      width: 8,
      queries: [0.5, 0.99].map((q) => ({
        expr: quantile(q, `${M.callSeconds}{${JOB}}`, { by: ["api_type"] }),
        legend: `{{api_type}} P${q * 100}`,
      })),
    }),
    graph({
      title: "Share of calls that fail",
      description: 'By API. An answer such as "no such tag set" is part of the normal flow and no failure.',
      unit: "percentunit",
      width: 8,
      max: 1,
      queries: [{
        expr: `sum by (api_type) (rate(${M.calls}{${JOB}, result="error"}[$__rate_interval])) / ` +
          `sum by (api_type) (rate(${SENT}[$__rate_interval]))`,
        legend: "{{api_type}}",
      }],
    }),
    table({
      title: "Slowest operations",
      description: "The mean duration of each operation in the time that the dashboard shows.",
      unit: "s",
      width: 8,
      columns: { api_type: "API", operation: "Operation", Value: "Mean" },
      queries: [{
        expr: `topk(15, sum by (api_type, operation) (increase(${M.callSeconds}_sum{${JOB}}[$__range])) / ` +
          `(sum by (api_type, operation) (increase(${M.callSeconds}_count{${JOB}}[$__range])) > 0))`,
      }],
    }),
    graph({
      title: "Cache hit ratio",
      description: "The share of lookups that memory answered, by what was looked up.",
      unit: "percentunit",
      width: 6,
      max: 1,
      queries: [{
        expr: `sum by (cache) (rate(${M.cacheLookups}{${JOB}, result="hit"}[$__rate_interval])) / ` +
          `sum by (cache) (rate(${M.cacheLookups}{${JOB}}[$__rate_interval]))`,
        legend: "{{cache}}",
      }],
    }),
    stat({
      title: "Cache hits in this range",
      description: "The share of all lookups that memory answered in the time that the dashboard shows.",
      unit: "percentunit",
      width: 3,
      height: 8,
      thresholds: [[null, "orange"], [0.5, "green"]],
      queries: [{
        expr: `sum(increase(${M.cacheLookups}{${JOB}, result="hit"}[$__range])) / ` +
          `sum(increase(${M.cacheLookups}{${JOB}}[$__range]))`,
      }],
    }),
    graph({
      title: "Requests to the API server by status",
      description: "Requests a second by status and method; `<error>` is a request that no answer came to.",
      unit: "reqps",
      width: 7,
      queries: [{
        expr: `sum by (method, code) (rate(${M.restRequests}{${JOB}}[$__rate_interval]))`,
        legend: "{{method}} {{code}}",
      }],
    }),
  ],
};
