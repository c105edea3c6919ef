import type { Row } from "../dashboard.ts";
import { CONTROLLER, M, ofLeader, quantile } from "../metrics.ts";
import { graph } from "../panel.ts";

/** Work that waits, and the workers. */
export const queues: Row = {
  title: "Queues and workers",
  panels: [
    graph({
      title: "Objects that wait",
      description: "Ready to be worked on, by kind and priority. Changes come before what is only looked at again.",
      unit: "short",
      width: 8,
      queries: [{
        expr: `sum by (controller, priority) ${ofLeader(`${M.queueDepth}{${CONTROLLER}}`)}`,
        legend: "{{controller}} {{priority}}",
      }],
    }),
    graph({
      title: "Time that objects wait, P95",
      description: "95 % of the objects that are ready are taken by a worker within this time.",
      unit: "s",
      width: 8,
      queries: [{
        expr: quantile(0.95, `${M.queueSeconds}{${CONTROLLER}}`, { by: ["controller"] }),
        legend: "{{controller}}",
      }],
    }),
    graph({
      title: "Time that workers take, P95",
      description: "95 % of the objects are done with within this time; and the oldest that is still being worked on.",
      unit: "s",
      width: 8,
      queries: [
        {
          expr: quantile(0.95, `${M.workSeconds}{${CONTROLLER}}`, { by: ["controller"] }),
          legend: "{{controller}}",
        },
        { expr: `max by (controller) (${M.queueLongest}{${CONTROLLER}}) > 1`, legend: "{{controller}}, running" },
      ],
    }),
    graph({
      title: "Objects queued and tried again",
      description: "A second: what became ready, and what is tried again after a failure.",
      unit: "ops",
      width: 12,
      queries: [
        {
          expr: `sum by (controller) (rate(${M.queueAdds}{${CONTROLLER}}[$__rate_interval]))`,
          legend: "{{controller}} queued",
        },
        {
          expr: `sum by (controller) (rate(${M.queueRetries}{${CONTROLLER}}[$__rate_interval]))`,
          legend: "{{controller}} tried again",
        },
      ],
    }),
    graph({
      title: "Workers",
      description: "How many workers have an object, and how many there are. All busy for long: raise CONCURRENCY.",
      unit: "short",
      width: 12,
      queries: [
        { expr: `sum by (controller) (${M.activeWorkers}{${CONTROLLER}})`, legend: "{{controller}} busy" },
        { expr: `max(${M.maxWorkers}{${CONTROLLER}})`, legend: "workers of each kind" },
      ],
    }),
  ],
};
