import { machineryMetrics } from "./machinery.ts";
import { objectMetrics } from "./objects.ts";
import { operatorMetrics } from "./operator.ts";
import { processMetrics } from "./process.ts";

/** Every metric that there is; docs/reference/metrics.md is made from it. */
export const catalogue = { ...operatorMetrics, ...objectMetrics, ...machineryMetrics, ...processMetrics } as const;

export type Catalogue = typeof catalogue;
export type MetricId = keyof Catalogue;

/** The ids of one type. */
export type IdOf<T extends "counter" | "gauge" | "histogram"> = {
  [K in MetricId]: Catalogue[K]["type"] extends T ? K : never;
}[MetricId];
