import { AwsError, type ErrorClass } from "../lib/aws/api.ts";
import { hasCode } from "../lib/aws/errors.ts";
import { BlockedError, FailedError, StalledError, WaitingError } from "../lib/errors.ts";
import { isStaleWrite, KubeError } from "../lib/kube/errors.ts";
import { type ConditionChange, type ConditionUpdate, findCondition } from "../lib/kube/conditions.ts";
import type { CustomResource } from "../lib/kube/object.ts";
import { messageOf } from "../lib/message_of.ts";
import type { Requeue } from "../lib/kube/reconciler.ts";
import type { Plan, Problem } from "./plan.ts";

/** What a pass over an object came to. */
export interface Verdict {
  readonly kind: "ready" | "waiting" | "stalled" | "failed" | "stale";
  readonly reason: string;
  readonly message: string;
  /** A negative condition of the contract that is True meanwhile. */
  readonly conditionType?: string;
  /** Label `error_type` of `error_total`. */
  readonly errorType?: string;
  readonly requeue?: Requeue;
  /** True: an Event says it; a wait that ends by itself is not worth one. */
  readonly loud: boolean;
}

/** Reasons for errors of the service that mean the same for every kind; the other classes get the kind's own reason. */
const REASONS: Partial<Record<ErrorClass, string>> = {
  credentials: "CredentialsInvalid",
  denied: "AccessDenied",
};

/**
 * Turns what a pass threw into what is said of it and when it is tried again: the one place where errors end.
 * @param fallback the kind's reason for a failure of its own work, such as `CreationFailed`
 */
export function verdictOf(error: unknown, fallback: string): Verdict {
  if (error instanceof AggregateError) return joined(error.errors.map((each) => verdictOf(each, fallback)));
  if (error instanceof WaitingError) {
    const { conditionType, afterMs, missing } = error.options;
    return {
      kind: "waiting",
      loud: missing === true,
      reason: error.reason,
      message: error.message,
      requeue: afterMs === undefined ? "never" : { afterMs },
      ...(conditionType === undefined ? {} : { conditionType }),
    };
  }
  if (error instanceof StalledError) {
    const { conditionType } = error.options;
    return stalled(error.reason, error.message, {
      errorType: error.reason,
      ...(conditionType ? { conditionType } : {}),
    });
  }
  if (error instanceof BlockedError) {
    const { afterMs } = error.options;
    const requeue = afterMs === undefined ? "backoff" : { afterMs };
    return { ...failed(error.reason, error.message, error.reason), requeue };
  }
  if (error instanceof FailedError) return failed(error.reason, error.message, error.reason);
  if (isStaleWrite(error) || hasCode(error, "NotLeader")) {
    return { kind: "stale", reason: "Stale", message: "", loud: false, requeue: "soon" };
  }
  if (error instanceof AwsError) return serviceVerdict(error, fallback);
  const errorType = error instanceof KubeError ? "KubernetesApi" : "Internal";
  return failed(fallback, messageOf(error), errorType);
}

function verdictOfProblem({ kind, reason, message, conditionType, loud }: Problem): Verdict {
  const quiet = { kind, reason, message, ...(conditionType === undefined ? {} : { conditionType }) };
  return { ...quiet, loud: loud === true || kind === "stalled" };
}

/** What a plan comes to once its steps are through. */
export function verdictOfPlan<S>({ problem, afterMs }: Plan<S>): Verdict {
  const verdict: Verdict = problem
    ? verdictOfProblem(problem)
    : { kind: "ready", reason: "Ready", message: "In sync", loud: false };
  return afterMs === undefined ? verdict : { ...verdict, requeue: { afterMs } };
}

/** A paused object keeps its Ready status, so that what depends on it goes on; only the reason tells. */
export function paused(object: CustomResource): Verdict {
  const wasReady = findCondition(object.status?.conditions, "Ready")?.status === "True";
  return { kind: wasReady ? "ready" : "waiting", reason: "Paused", message: "Paused by annotation", loud: false };
}

/** A deletion that cannot go on says so, whatever the reason; BucketNotEmpty and InUse keep their own. */
export function blocked(verdict: Verdict): Verdict {
  if (verdict.kind === "stale" || verdict.reason === "BucketNotEmpty" || verdict.reason === "InUse") return verdict;
  const kind = verdict.kind === "stalled" ? "failed" : verdict.kind;
  const requeue = verdict.kind === "stalled" ? { requeue: "backoff" as const } : {};
  return { ...verdict, ...requeue, kind, reason: "DeletionBlocked", message: verdict.message };
}

function serviceVerdict(error: AwsError, fallback: string): Verdict {
  const { errorClass, message } = error;
  const unreachable = errorClass === "transient" && error.status === 0;
  const reason = unreachable ? "EndpointUnreachable" : REASONS[errorClass] ?? fallback;
  const terminal = errorClass === "terminal" || errorClass === "exists";
  if (terminal) return stalled(reason, message, { errorType: error.code });
  return failed(reason, message, error.code);
}

function failed(reason: string, message: string, errorType: string): Verdict {
  return { kind: "failed", reason, message, errorType, requeue: "backoff", loud: true };
}

function stalled(reason: string, message: string, more: Partial<Verdict>): Verdict {
  return { kind: "stalled", reason, message, loud: true, ...more };
}

/**
 * Several independent steps failed: one that will be retried decides, for a retry can mend it; all messages are kept.
 */
function joined(verdicts: readonly Verdict[]): Verdict {
  const rank = ["stale", "failed", "waiting", "stalled", "ready"];
  const [first] = [...verdicts].sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind));
  if (first === undefined) return failed("UpdateFailed", "Unknown error", "Internal");
  return { ...first, message: [...new Set(verdicts.map(({ message }) => message).filter(Boolean))].join("; ") };
}

/**
 * The condition changes that say a verdict: `Ready` always, kstatus's `Reconciling` and `Stalled` only while True, the
 * kind's negative types only while they hold (so those that 0.2.x left True beside a Ready object go).
 */
export function conditionsFor(
  verdict: Verdict,
  negativeTypes: readonly string[],
  more: readonly ConditionUpdate[] = [],
): ConditionChange[] {
  const { kind, reason, message, conditionType } = verdict;
  const given = new Set([...more.map(({ type }) => type), ...(conditionType ? [conditionType] : [])]);
  const flag = (type: string, on: boolean): ConditionChange =>
    on ? { type, status: "True", reason, message } : { type, remove: true };
  return [
    ...negativeTypes.filter((type) => !given.has(type)).map((type): ConditionChange => ({ type, remove: true })),
    ...(conditionType ? [flag(conditionType, true)] : []),
    ...more,
    { type: "Ready", status: kind === "ready" ? "True" : "False", reason, message },
    flag("Reconciling", kind === "waiting" || kind === "failed"),
    flag("Stalled", kind === "stalled"),
  ];
}
