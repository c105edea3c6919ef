import type { Row } from "../dashboard.ts";
import { KIND_OBJECT, M } from "../metrics.ts";
import { graph, stat } from "../panel.ts";

/** What there is. */
export const inventory: Row = {
  title: "What there is",
  panels: [
    stat({
      title: "Objects",
      description: "Objects of each kind.",
      unit: "short",
      width: 16,
      height: 5,
      withNames: true,
      thresholds: [[null, "blue"]],
      queries: [{ expr: `sum by (kind) (${M.resources}{${KIND_OBJECT}})`, legend: "{{kind}}" }],
    }),
    stat({
      title: "Ready",
      description: "The share of all objects that are Ready.",
      unit: "percentunit",
      width: 8,
      height: 5,
      decimals: 1,
      thresholds: [[null, "red"], [0.9, "orange"], [0.99, "green"]],
      queries: [{
        expr: `sum(${M.resources}{${KIND_OBJECT}, status="ready"}) / sum(${M.resources}{${KIND_OBJECT}})`,
      }],
    }),
    graph({
      title: "Objects by kind",
      description: "How the number of objects of each kind grows.",
      unit: "short",
      width: 12,
      queries: [{ expr: `sum by (kind) (${M.resources}{${KIND_OBJECT}})`, legend: "{{kind}}" }],
    }),
    graph({
      title: "Buckets by namespace",
      description: "Which teams have how many Bucket objects.",
      unit: "short",
      width: 12,
      stacked: true,
      queries: [{
        expr: `sum by (object_namespace) (${M.resources}{job=~"$job", object_namespace=~"$namespace", kind="Bucket"})`,
        legend: "{{object_namespace}}",
      }],
    }),
  ],
};
