import type { Row } from "../dashboard.ts";
import { CONTROLLER, JOB, KIND, KIND_OBJECT, M, quantile } from "../metrics.ts";
import { graph } from "../panel.ts";

/** How much the operator does, how long it takes, and what it finds. */
export const reconciles: Row = {
  title: "Reconciles and objects",
  panels: [
    graph({
      title: "Reconciles by kind and result",
      description: "Reconciles a second. An object at rest is looked at each drift interval, five minutes by default.",
      unit: "ops",
      width: 12,
      queries: [{
        expr: `sum by (kind, result) (rate(${M.reconciles}{${KIND}}[$__rate_interval]))`,
        legend: "{{kind}} {{result}}",
      }],
    }),
    graph({
      title: "Duration of reconciles",
      description: "Half, 95 % and 99 % of all reconciles are done within this time.",
      unit: "s",
      width: 12,
      queries: [0.5, 0.95, 0.99].map((q) => ({
        expr: quantile(q, `${M.reconcileSeconds}{${KIND}}`),
        legend: `P${q * 100}`,
      })),
    }),
    graph({
      title: "Duration by kind, P95",
      description: "95 % of the reconciles of each kind are done within this time.",
      unit: "s",
      width: 8,
      queries: [{ expr: quantile(0.95, `${M.reconcileSeconds}{${KIND}}`, { by: ["kind"] }), legend: "{{kind}}" }],
    }),
    graph({
      title: "Objects by status",
      description: "How many objects there are, ready or not or being deleted.",
      unit: "short",
      width: 8,
      stacked: true,
      colors: { "^ready": "green", "^not_ready": "orange", "^deleting": "blue" },
      queries: [{ expr: `sum by (status) (${M.resources}{${KIND_OBJECT}})`, legend: "{{status}}" }],
    }),
    graph({
      title: "Conditions that tell of trouble",
      description: "Objects by condition and reason: Ready that is not True, and every other one that is.",
      unit: "short",
      width: 8,
      queries: [
        {
          expr: `sum by (kind, reason) (${M.conditions}{${KIND}, type="Ready", status!="True"}) > 0`,
          legend: "{{kind}} not Ready: {{reason}}",
        },
        {
          expr: `sum by (kind, type) ` +
            `(${M.conditions}{${KIND}, type!~"Ready|AuthValid|EndpointReachable", status="True"}) > 0`,
          legend: "{{kind}} {{type}}",
        },
      ],
    }),
    graph({
      title: "What reconciles found",
      description: "Reconciles a second by the status that they left the object with.",
      unit: "ops",
      width: 8,
      colors: { "^ready": "green", "^not_ready": "orange", "^deleted": "blue" },
      queries: [{
        expr: `sum by (status) (rate(${M.resourceStatus}{${KIND}}[$__rate_interval]))`,
        legend: "{{status}}",
      }],
    }),
    graph({
      title: "What follows a reconcile",
      description: "As controller-runtime counts: error is a retry with backoff, requeue_after a look at a set time.",
      unit: "ops",
      width: 8,
      queries: [{
        expr: `sum by (result) (rate(${M.controllerReconciles}{${CONTROLLER}}[$__rate_interval]))`,
        legend: "{{result}}",
      }],
    }),
    graph({
      title: "Events written",
      description: "Kubernetes Events a second. Repeated ones are one Event with a count; failed ones did not arrive.",
      unit: "ops",
      width: 8,
      queries: [{
        expr: `sum by (type, result) (rate(${M.events}{${JOB}}[$__rate_interval]))`,
        legend: "{{type}} {{result}}",
      }],
    }),
  ],
};
