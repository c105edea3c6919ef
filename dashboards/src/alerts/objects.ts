import { M } from "../metrics.ts";
import { type Alert, by, HANDOVER, OBJECT } from "./alert.ts";

const NOT_MENDED = `sum ${by("kind", "resource_type")} (${M.driftCurrent})`;
const FOUND = `sum ${by("kind", "resource_type")} (increase(${M.drift}[15m]))`;

/** Objects that are not as they should be. Paused ones are so because somebody wanted it. */
export const objectAlerts: readonly Alert[] = [
  {
    name: "WasabiS3ObjectNotReady",
    severity: "warning",
    // Without the reason, which may change from one try to the next and would start the wait anew.
    expr: `max ${by("kind", "object_namespace", "name")} (${M.notReady}{reason!="Paused"}) == 1`,
    for: "15m",
    keepFiringFor: HANDOVER,
    summary: `{{ $labels.kind }} ${OBJECT} is not Ready`,
    description: `{{ $labels.kind }} ${OBJECT} has not been Ready for 15 minutes. Its condition Ready says why.`,
    runbook: "object-not-ready",
  },
  {
    name: "WasabiS3DeletionBlocked",
    severity: "warning",
    expr: `max ${by("kind", "object_namespace", "name")} (${M.deletionBlocked}{reason!="Paused"}) == 1`,
    for: "15m",
    keepFiringFor: HANDOVER,
    summary: `{{ $labels.kind }} ${OBJECT} cannot be deleted`,
    description: `{{ $labels.kind }} ${OBJECT} has been waiting to be deleted for 15 minutes, and with it whoever ` +
      "waits for it to go, such as its namespace.",
    runbook: "deletion-blocked",
  },
  {
    name: "WasabiS3DriftPersisting",
    severity: "warning",
    // Not mended; or mended and back in each quarter of the last hour, as when two tools both have their way.
    expr: `${NOT_MENDED} > 0 or count_over_time((${FOUND} > 0)[1h:15m]) >= 4`,
    for: "30m",
    summary: "{{ $labels.resource_type }} of {{ $labels.kind }} objects keeps drifting",
    description:
      "What the service has for {{ $labels.resource_type }} of {{ $labels.kind }} objects differs from the " +
      "spec, and mending it fails, or somebody changes it back each time.",
    runbook: "drift-persisting",
  },
];
