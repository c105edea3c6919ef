import { alertList } from "../alert_list.ts";
import type { Row } from "../dashboard.ts";
import { JOB, KIND_OBJECT, M, OBJECT, PROVIDER } from "../metrics.ts";
import { greenUntil, stat, table } from "../panel.ts";

const OBJECT_LABELS = "kind, object_namespace, name, reason";
const OBJECT_COLUMNS = { kind: "Kind", object_namespace: "Namespace", name: "Name", reason: "Reason" };
const OVERDUE = `max by (object_namespace, name) (${M.keyOverdue}{${OBJECT}}) > 0`;
const ORPHANS = `max by (object_namespace, name) (${M.keyOrphans}{${OBJECT}})`;
const DOWN = `max by (provider) (${M.connected}{${PROVIDER}}) == 0`;

/** Counts what a query finds; 0 where it finds nothing. */
function count(expr: string): { readonly expr: string } {
  return { expr: `count(${expr}) or vector(0)` };
}

/** What an on-call person has to know first. */
export const now: Row = {
  title: "What is wrong now",
  panels: [
    stat({
      title: "Not ready",
      description: "Objects that are not Ready and not being deleted. The table below names them.",
      unit: "short",
      width: 4,
      thresholds: greenUntil(1, "orange"),
      queries: [count(`max by (kind, object_namespace, name) (${M.notReady}{${KIND_OBJECT}})`)],
    }),
    stat({
      title: "Providers down",
      description: "Providers that do not answer, or refuse the credentials. Nothing of theirs can change meanwhile.",
      unit: "short",
      width: 4,
      thresholds: greenUntil(1),
      queries: [count(DOWN)],
    }),
    stat({
      title: "Rotations overdue",
      description: "Access keys that should have been rotated and were not. They go on working.",
      unit: "short",
      width: 4,
      thresholds: greenUntil(1, "orange"),
      queries: [count(OVERDUE)],
    }),
    stat({
      title: "Deletions blocked",
      description: "Objects that are being deleted and cannot go on.",
      unit: "short",
      width: 4,
      thresholds: greenUntil(1, "orange"),
      queries: [count(`max by (kind, object_namespace, name) (${M.deletionBlocked}{${KIND_OBJECT}})`)],
    }),
    stat({
      title: "Orphan keys",
      description: "Access keys at IAM that no AccessKey records: leaked, or made by hand.",
      unit: "short",
      width: 4,
      thresholds: greenUntil(1),
      queries: [{ expr: `sum(${ORPHANS}) or vector(0)` }],
    }),
    stat({
      title: "Leaders",
      description: "Processes that are at work. One is right; none means that nothing is reconciled.",
      unit: "short",
      width: 4,
      thresholds: [[null, "red"], [1, "green"]],
      queries: [{ expr: `sum(${M.leader}{${JOB}}) or vector(0)` }],
    }),
    table({
      title: "Objects that are not ready",
      description:
        "Each with the reason of its condition Ready; docs/conditions-and-events.md has the remedy for each.",
      unit: "short",
      width: 16,
      columns: OBJECT_COLUMNS,
      queries: [{ expr: `max by (${OBJECT_LABELS}) (${M.notReady}{${KIND_OBJECT}})` }],
    }),
    alertList({ width: 8 }),
    table({
      title: "Deletions that cannot go on",
      description: "What waits to be deleted, and why. A namespace waits with it.",
      unit: "short",
      width: 8,
      height: 6,
      columns: OBJECT_COLUMNS,
      queries: [{ expr: `max by (${OBJECT_LABELS}) (${M.deletionBlocked}{${KIND_OBJECT}})` }],
    }),
    table({
      title: "Rotations overdue",
      description: "For how long each access key should have been rotated.",
      unit: "dtdurations",
      width: 6,
      height: 6,
      columns: { object_namespace: "Namespace", name: "AccessKey", Value: "Overdue" },
      queries: [{ expr: OVERDUE }],
    }),
    table({
      title: "Keys that nobody records",
      description: "How many keys of the AccessKey's user are in no AccessKey. Each takes one of IAM's two places.",
      unit: "short",
      width: 5,
      height: 6,
      columns: { object_namespace: "Namespace", name: "AccessKey", Value: "Keys" },
      queries: [{ expr: ORPHANS }],
    }),
    table({
      title: "Providers down",
      description: "Providers whose last check failed.",
      unit: "short",
      width: 5,
      height: 6,
      columns: { provider: "Provider" },
      queries: [{ expr: DOWN }],
    }),
  ],
};
