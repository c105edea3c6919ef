import type { Row } from "../dashboard.ts";
import { JOB, M, OBJECT } from "../metrics.ts";
import { graph, greenUntil, stat, table } from "../panel.ts";

const WEEK = 7 * 24 * 3_600;
const NEXT = `max by (object_namespace, name) (${M.keyNextRotation}{${OBJECT}})`;
const AGE = `max by (object_namespace, name) (${M.keyAge}{${OBJECT}})`;

/** How old keys are, when they are rotated, and what is late. */
export const accessKeys: Row = {
  title: "Access keys",
  panels: [
    table({
      title: "Oldest keys",
      description: "The keys in use that were made longest ago.",
      unit: "dtdurations",
      width: 8,
      columns: { object_namespace: "Namespace", name: "AccessKey", Value: "Age" },
      queries: [{ expr: `topk(20, ${AGE})` }],
    }),
    table({
      title: "Next rotations",
      description: "The keys that are rotated next. A time that has passed is overdue.",
      unit: "dtdurations",
      width: 8,
      columns: { object_namespace: "Namespace", name: "AccessKey", Value: "Due in" },
      queries: [{ expr: `bottomk(20, ${NEXT} - time())` }],
    }),
    stat({
      title: "Due within a week",
      description: "Rotations that come in the next seven days.",
      unit: "short",
      width: 4,
      height: 8,
      thresholds: [[null, "blue"]],
      queries: [{ expr: `count(${NEXT} - time() < ${WEEK}) or vector(0)` }],
    }),
    stat({
      title: "Longest overdue",
      description: "How long the rotation that is overdue most should have been.",
      unit: "s",
      width: 4,
      height: 8,
      thresholds: greenUntil(1, "orange"),
      queries: [{ expr: `max(${M.keyOverdue}{${OBJECT}})` }],
    }),
    graph({
      title: "Where rotations stand",
      description: "AccessKeys by phase: the new key is being proven, the old one goes on for a while, or all is done.",
      unit: "short",
      width: 8,
      stacked: true,
      queries: [{ expr: `sum by (phase) (${M.keyPhases}{${JOB}})`, legend: "{{phase}}" }],
    }),
    graph({
      title: "Age of keys",
      description: "The oldest key in use, and the median.",
      unit: "s",
      width: 8,
      queries: [
        { expr: `max(${AGE})`, legend: "oldest" },
        { expr: `quantile(0.5, ${AGE})`, legend: "median" },
      ],
    }),
    graph({
      title: "Keys made, rotated and revoked",
      description: "How many in each interval of the graph.",
      unit: "short",
      width: 8,
      queries: [
        { expr: `sum(increase(${M.keysCreated}{${JOB}}[$__rate_interval]))`, legend: "created" },
        { expr: `sum(increase(${M.keysRotated}{${JOB}}[$__rate_interval]))`, legend: "rotated" },
        { expr: `sum(increase(${M.keysRevoked}{${JOB}}[$__rate_interval]))`, legend: "revoked" },
      ],
    }),
  ],
};
