import type { CustomResource } from "../lib/kube/object.ts";
import type { ActiveSpan, Logger } from "../lib/telemetry/api.ts";
import type { Plan } from "./plan.ts";

/** One pass over one object. */
export interface Pass {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Milliseconds since the epoch, the same for the whole pass. */
  readonly now: number;
  readonly span: ActiveSpan;
}

export type StatusOf<T extends CustomResource> = NonNullable<T["status"]>;
export type PlanOf<T extends CustomResource, Scope> = Plan<Scope, StatusOf<T>>;
