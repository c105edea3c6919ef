import { M } from "../metrics.ts";

/** How soon somebody should look: at once, within a day, or when there is time. */
export type Severity = "critical" | "warning" | "info";

/** One alert rule, in the words of Prometheus's templates. */
export interface Alert {
  /** Begins with `ALERT_PREFIX`. */
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long it must hold, as Prometheus writes durations. */
  readonly for: string;
  /** How long it goes on firing without a sample: gauges of the leader are away while another one takes over. */
  readonly keepFiringFor?: string;
  /** One line. */
  readonly summary: string;
  readonly description: string;
  /** Name of its page in docs/runbooks, without the ending. */
  readonly runbook: string;
}

/** From the last scrape of a leader to the first one of the next, a crash included. */
export const HANDOVER = "5m";

/** What the name of each of our alerts begins with. */
export const ALERT_PREFIX = "WasabiS3";

/**
 * Labels that tell installations apart. Series are merged over the processes of one installation, so that a change of
 * the leader neither ends an alert nor doubles it.
 */
const INSTALLATION = ["namespace", "job"];

/** `by (…)` with the installation and some labels more. */
export function by(...labels: string[]): string {
  return `by (${[...INSTALLATION, ...labels].join(", ")})`;
}

/** Only the series of this operator, of a metric whose name others have too. */
export function ours(expr: string): string {
  return `(${expr} and on (job, instance) ${M.buildInfo})`;
}

/** Only the series of the process that leads: those that wait have queues too, and leave them alone. */
export function ofLeader(expr: string): string {
  return `(${ours(expr)} and on (job, instance) (${M.leader} == 1))`;
}

/** The object that the labels name. */
export const OBJECT = "{{ $labels.object_namespace }}/{{ $labels.name }}";
