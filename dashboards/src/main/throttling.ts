import type { Row } from "../dashboard.ts";
import { JOB, M, PROVIDER } from "../metrics.ts";
import { graph } from "../panel.ts";

/** Being told to slow down, and slowing down. */
export const throttling: Row = {
  title: "Rate limiting",
  panels: [
    graph({
      title: "Answers that asked to slow down",
      description: "A second, by API.",
      unit: "ops",
      width: 6,
      queries: [{
        expr: `sum by (api_type) (rate(${M.rateLimitHits}{${JOB}}[$__rate_interval]))`,
        legend: "{{api_type}}",
      }],
    }),
    graph({
      title: "Budget of calls and its use",
      description: "Calls a second that each Provider's budget allows, and how many it lets through. It shrinks when " +
        "the service asks to slow down, and grows back.",
      unit: "reqps",
      width: 6,
      queries: [
        { expr: `max by (provider) (${M.budgetRate}{${PROVIDER}})`, legend: "{{provider}} allowed" },
        {
          expr: `sum by (provider) (rate(${M.budgetCalls}{${PROVIDER}}[$__rate_interval]))`,
          legend: "{{provider}} used",
        },
      ],
    }),
    graph({
      title: "Calls that wait for the budget",
      description: "By Provider and priority; deletions and rotations go first.",
      unit: "short",
      width: 6,
      queries: [{
        expr: `sum by (provider, priority) (${M.budgetWaiting}{${PROVIDER}})`,
        legend: "{{provider}} {{priority}}",
      }],
    }),
    graph({
      title: "Cuts of the budget",
      description: "How often a second a Provider's budget was made smaller.",
      unit: "ops",
      width: 6,
      queries: [{
        expr: `sum by (provider) (rate(${M.budgetThrottled}{${PROVIDER}}[$__rate_interval]))`,
        legend: "{{provider}}",
      }],
    }),
  ],
};
