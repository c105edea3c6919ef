import type { Row } from "../dashboard.ts";
import { M, PROVIDER } from "../metrics.ts";
import { graph, timeline } from "../panel.ts";

/** Whether the services answer, and whether they did. */
export const providers: Row = {
  title: "Provider connectivity",
  panels: [
    timeline({
      title: "Connectivity",
      description: "When each Provider answered with these credentials, and when it did not.",
      unit: "none",
      width: 12,
      states: { "0": "down", "1": "up" },
      thresholds: [[null, "red"], [1, "green"]],
      queries: [{ expr: `max by (provider) (${M.connected}{${PROVIDER}})`, legend: "{{provider}}" }],
    }),
    graph({
      title: "Checks of Providers",
      description: "Checks a second by outcome: disconnected is no answer, error means the credentials.",
      unit: "ops",
      width: 12,
      queries: [{
        expr: `sum by (provider, status) (rate(${M.connectivity}{${PROVIDER}}[$__rate_interval]))`,
        legend: "{{provider}} {{status}}",
      }],
    }),
  ],
};
