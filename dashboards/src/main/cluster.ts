import type { Row } from "../dashboard.ts";
import { JOB, KIND, M, quantile } from "../metrics.ts";
import { graph, timeline } from "../panel.ts";

/** The Lease, and what is heard from the API server. */
export const cluster: Row = {
  title: "Lease and informers",
  panels: [
    timeline({
      title: "Who leads",
      description: "Each process: one leads, the others wait for the Lease.",
      unit: "none",
      width: 8,
      states: { "0": "waits", "1": "leads" },
      thresholds: [[null, "blue"], [1, "green"]],
      queries: [{ expr: `max by (instance) (${M.leader}{${JOB}})`, legend: "{{instance}}" }],
    }),
    graph({
      title: "Renewals of the Lease",
      description: "Tries a second; the leader renews every two seconds and gives up after ten without success.",
      unit: "ops",
      width: 8,
      queries: [{
        expr: `sum by (result) (rate(${M.leaseRenewals}{${JOB}}[$__rate_interval]))`,
        legend: "{{result}}",
      }],
    }),
    graph({
      title: "Age of the last renewal",
      description: "The Lease is lost when it gets older than ten seconds.",
      unit: "s",
      width: 8,
      queries: [{ expr: `time() - max(${M.leaseRenewed}{${JOB}})`, legend: "seconds since" }],
    }),
    graph({
      title: "Last heard from the API server",
      description: "How long ago, by kind; a quiet watch is heard every minute.",
      unit: "s",
      width: 8,
      queries: [{ expr: `time() - min by (kind) (${M.informerContact}{${KIND}})`, legend: "{{kind}}" }],
    }),
    graph({
      title: "Lists and watches begun anew",
      description: "Since the processes began, by why. Some are normal: an API server that restarts ends all watches.",
      unit: "short",
      width: 8,
      queries: [{
        expr: `sum by (kind, reason) (${M.informerRestarts}{${KIND}})`,
        legend: "{{kind}} {{reason}}",
      }],
    }),
    graph({
      title: "Answers of the API server, P99",
      description: "99 % of the requests are answered within this time, by verb. A watch answers when it begins.",
      unit: "s",
      width: 8,
      queries: [{ expr: quantile(0.99, `${M.restSeconds}{${JOB}}`, { by: ["verb"] }), legend: "{{verb}}" }],
    }),
  ],
};
