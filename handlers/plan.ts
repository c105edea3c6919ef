import type { ConditionUpdate } from "../lib/kube/conditions.ts";
import type { CommonStatus } from "../lib/kube/object.ts";
import type { ActiveSpan } from "../lib/telemetry/api.ts";

/**
 * One change that brings the outside closer to the spec. Data plus the call that makes it; a crash can only fall
 * between two steps, so everything that must survive one is recorded by an earlier step.
 */
export interface Step<Scope, Status extends CommonStatus = CommonStatus> {
  readonly action: "create" | "update" | "delete";
  /**
   * What it changes: `bucket`, `bucket/tagging`, `user/inline-policy`, `Secret/app-credentials`. Read back by this
   * name.
   */
  readonly target: string;
  /** Why, in a few words for people: `absent`, `differs from the spec`, `no longer in the spec`. */
  readonly reason: string;
  /** States for the log; never a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** True: brings into being the external resource that the object stands for, so the create intent goes first. */
  readonly claims?: true;
  /** A negative condition of the contract, and a reason, while it fails. */
  readonly failing?: "CreationFailed" | "ApplyFailed" | "RotationFailed";
  /** True: its failure does not stop the steps after it; all errors are collected. */
  readonly independent?: true;
  /** True: writes the object itself, so the pass goes on from the answer, which is in the store. */
  readonly writesObject?: true;
  /** Emitted after success. */
  readonly event?: { readonly reason: string; readonly note: string };
  /** Label `operation` of `bucket_operations_total`. */
  readonly operation?: string;
  /** Label `resource_type` of `drift_detected_total`, counted when the step mends an observed generation. */
  readonly drift?: string;
  /** Makes the change, in `span`; what it returns is merged into the status. */
  apply(scope: Scope, span: ActiveSpan): Promise<Partial<Status> | void>;
}

/** What a pure planner answers. */
export interface Plan<Scope, Status extends CommonStatus = CommonStatus> {
  readonly steps: readonly Step<Scope, Status>[];
  /** Facts to show in the status once the steps are through; `null` removes a field. */
  readonly status?: { readonly [K in keyof Status]?: Status[K] | null };
  /** Why the object is not Ready although no step failed. */
  readonly problem?: Problem;
  /**
   * Conditions beside Ready, such as `AuthValid`; those of negative types are present only while they are given here.
   */
  readonly conditions?: readonly ConditionUpdate[];
  /** When the object must be looked at next, milliseconds from now; the drift interval applies if that is sooner. */
  readonly afterMs?: number;
  /** True: what follows these steps is the next stretch of the work, not their read-back; a target may come again. */
  readonly again?: boolean;
}

/** A reason why the object is not Ready although nothing failed. */
export interface Problem {
  readonly kind: "waiting" | "stalled";
  readonly reason: string;
  readonly message: string;
  readonly conditionType?: string;
  /** True: an Event says it, although it is only a wait. */
  readonly loud?: true;
}
