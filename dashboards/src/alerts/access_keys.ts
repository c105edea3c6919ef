import { M } from "../metrics.ts";
import { type Alert, by, HANDOVER, OBJECT } from "./alert.ts";

/** Access keys that live too long, or that nobody knows. */
export const accessKeyAlerts: readonly Alert[] = [
  {
    name: "WasabiS3RotationOverdue",
    severity: "warning",
    expr: `max ${by("object_namespace", "name")} (${M.keyOverdue}) > 3600`,
    for: "10m",
    keepFiringFor: HANDOVER,
    summary: `Access key ${OBJECT} should have been rotated`,
    description: `The rotation of AccessKey ${OBJECT} is overdue by {{ $value | humanizeDuration }}. ` +
      "The key in use goes on working.",
    runbook: "rotation-overdue",
  },
  {
    name: "WasabiS3OrphanKey",
    severity: "warning",
    expr: `max ${by("object_namespace", "name")} (${M.keyOrphans}) > 0`,
    // What a creation of ours leaves behind when it is cut off is swept within ten minutes.
    for: "30m",
    keepFiringFor: HANDOVER,
    summary: `The user of AccessKey ${OBJECT} has a key that nobody records`,
    description: `The IAM user of AccessKey ${OBJECT} has {{ $value }} access key(s) that no AccessKey records: ` +
      "leaked, or made by hand. It takes one of the two places that a rotation needs.",
    runbook: "orphan-key",
  },
];
