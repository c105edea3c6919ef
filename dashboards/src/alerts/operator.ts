import { M } from "../metrics.ts";
import { type Alert, by, ofLeader, ours } from "./alert.ts";

const DEPTH = `sum ${by("controller")} ${ofLeader(M.queueDepth)}`;
const WORK = `sum ${by("controller")} ${ofLeader(`rate(${M.workSeconds}_count[15m])`)}`;
const LONGEST = `max ${by("controller")} ${ofLeader(M.queueLongest)}`;

/** The operator itself. */
export const operatorAlerts: readonly Alert[] = [
  {
    name: "WasabiS3NoLeader",
    severity: "critical",
    // "It was here" instead of "it says that it does not lead": a process that is gone says nothing.
    expr: `group ${by()} (last_over_time(${M.buildInfo}[6h])) ` +
      `unless (max ${by()} ${ours(M.leader)} == 1)`,
    for: "5m",
    summary: "No operator of {{ $labels.job }} is at work",
    description: "For 5 minutes no process of {{ $labels.job }} has led: all are down, cannot be scraped, or cannot " +
      "get the Lease. Nothing is made, mended, rotated or deleted meanwhile; what exists goes on working.",
    runbook: "no-leader",
  },
  {
    name: "WasabiS3QueueStuck",
    severity: "warning",
    // A kind that no worker has ever been done with has no rate at all.
    expr: `(${DEPTH} > 0 unless ${WORK} > 0) or ${LONGEST} > 900`,
    for: "15m",
    summary: "The queue of {{ $labels.controller }} objects does not move",
    description: "{{ $labels.controller }} objects wait and none has been worked on for 15 minutes, or one " +
      "reconcile has been going on for as long.",
    runbook: "queue-stuck",
  },
  {
    name: "WasabiS3InformerSilent",
    severity: "warning",
    // Of the leader alone; and only what it has heard about once.
    expr: `max ${by("kind")} ${ofLeader(`time() - ${M.informerContact}`)} > 180`,
    // Before /healthz fails, which it does after ten minutes of silence.
    for: "2m",
    summary: "The API server has not been heard about {{ $labels.kind }} objects",
    description: "The operator has heard nothing about {{ $labels.kind }} objects for " +
      "{{ $value | humanizeDuration }}; a quiet watch is heard every minute. It does not see new and changed ones.",
    runbook: "informer-silent",
  },
  {
    name: "WasabiS3TraceExportFailing",
    severity: "info",
    expr: `max ${by()} (${M.exportFailing}) == 1`,
    for: "15m",
    summary: "Traces do not reach the collector",
    description: "The collector has not taken traces of {{ $labels.job }} for 15 minutes. Spans are lost; the " +
      "operator works on.",
    runbook: "trace-export-failing",
  },
];
