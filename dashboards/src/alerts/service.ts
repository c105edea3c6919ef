import { M } from "../metrics.ts";
import { type Alert, by, HANDOVER } from "./alert.ts";

const FAILED = `sum ${by("kind")} (rate(${M.reconciles}{result="failed"}[15m]))`;
const ALL = `sum ${by("kind")} (rate(${M.reconciles}[15m]))`;
const THROTTLED = `sum ${by("api_type")} (rate(${M.rateLimitHits}[15m]))`;
const CALLS = `sum ${by("api_type")} (rate(${M.calls}{result!="cache_hit"}[15m]))`;

/** The way to S3 and IAM. */
export const serviceAlerts: readonly Alert[] = [
  {
    name: "WasabiS3ProviderDown",
    severity: "critical",
    expr: `max ${by("provider")} (${M.connected}) == 0`,
    for: "5m",
    keepFiringFor: HANDOVER,
    summary: "Provider {{ $labels.provider }} does not answer",
    description:
      "Provider {{ $labels.provider }} has not answered for 5 minutes, or refuses the credentials. Nothing " +
      "that belongs to it is made, changed, rotated or deleted until it does.",
    runbook: "provider-down",
  },
  {
    name: "WasabiS3ReconcileErrors",
    severity: "warning",
    expr: `${FAILED} / ${ALL} > 0.25 and ${FAILED} * 900 > 5`,
    for: "15m",
    summary: "{{ $value | humanizePercentage }} of the reconciles of {{ $labels.kind }} objects fail",
    description: "{{ $value | humanizePercentage }} of the reconciles of {{ $labels.kind }} objects failed in the " +
      "last 15 minutes, more than five of them.",
    runbook: "reconcile-errors",
  },
  {
    name: "WasabiS3Throttled",
    severity: "warning",
    expr: `${THROTTLED} / ${CALLS} > 0.05`,
    for: "15m",
    summary: "{{ $value | humanizePercentage }} of the calls of {{ $labels.api_type }} are told to slow down",
    description: "{{ $value | humanizePercentage }} of the calls of {{ $labels.api_type }} were answered with a " +
      "request to slow down in the last 15 minutes. The operator slows down by itself; all takes longer.",
    runbook: "throttled",
  },
];
