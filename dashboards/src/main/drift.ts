import type { Row } from "../dashboard.ts";
import { KIND, M } from "../metrics.ts";
import { graph, table } from "../panel.ts";

/** What somebody changed at the service behind the operator's back. */
export const drift: Row = {
  title: "Drift",
  panels: [
    graph({
      title: "Drift found",
      description: "Differences from the spec a second that came up behind the operator's back, by what differed.",
      unit: "ops",
      width: 10,
      queries: [{
        expr: `sum by (kind, resource_type) (rate(${M.drift}{${KIND}}[$__rate_interval])) > 0`,
        legend: "{{kind}} {{resource_type}}",
      }],
    }),
    graph({
      title: "Drift not mended",
      description: "Objects that differ from their spec at present, because mending them fails.",
      unit: "short",
      width: 7,
      queries: [{
        expr: `sum by (kind, resource_type) (${M.driftCurrent}{${KIND}})`,
        legend: "{{kind}} {{resource_type}}",
      }],
    }),
    table({
      title: "Drift in this range, by type",
      description: "What differed in the time that the dashboard shows, and how often. Often is a second tool at work.",
      unit: "short",
      width: 7,
      decimals: 0,
      columns: { kind: "Kind", resource_type: "What", Value: "How often" },
      queries: [{ expr: `topk(20, sum by (kind, resource_type) (increase(${M.drift}{${KIND}}[$__range])) > 0)` }],
    }),
  ],
};
