import type { ConditionUpdate } from "../lib/kube/conditions.ts";
import type { CustomResource } from "../lib/kube/object.ts";
import { isCreating } from "./creation.ts";
import type { Plan, Step } from "./plan.ts";

/** What one pass has found and done so far; kept apart from the pass so that a failure half-way loses nothing of it. */
export class Progress<T extends CustomResource> {
  /** The object with what this pass has recorded already, which is what a planner must see. */
  object: T;
  /** As the API server has it: the base of the status patch. */
  stored: T;
  conditions: readonly ConditionUpdate[] = [];
  readonly applied: { readonly target: string; readonly event?: { readonly reason: string; readonly note: string } }[] =
    [];
  /** True: the API server has answered a write to the object in this pass, so that it is not an old copy. */
  isLive = false;
  /** The first step that failed. */
  failed: Pick<Step<unknown>, "target" | "failing"> | undefined;
  #status: Record<string, unknown> = {};

  constructor(object: T) {
    this.object = this.stored = object;
  }

  get status(): Readonly<Record<string, unknown>> {
    return this.#status;
  }

  /** Takes the answer of an own write to the object's metadata. */
  rebase(stored: T): void {
    this.stored = stored;
    this.isLive = true;
    this.object = { ...stored, status: { ...stored.status, ...this.#status } };
  }

  record(status: Readonly<Record<string, unknown>> | undefined | void): void {
    if (!status) return;
    // A creation whose outcome is known needs no record of its own any more.
    const isSettled = status["ownership"] !== undefined && isCreating(this.object);
    const recorded = isSettled ? { ...status, creating: null } : status;
    this.#status = { ...this.#status, ...recorded };
    this.object = { ...this.object, status: withoutNulls({ ...this.object.status, ...recorded }) };
  }

  planned<Scope>({ status, conditions = [] }: Plan<Scope>): void {
    this.record(status as Record<string, unknown> | undefined);
    this.conditions = conditions;
  }

  did<Scope>({ target, event }: Step<Scope>): void {
    this.applied.push(event ? { target, event } : { target });
  }

  /** What a service only said that it did is neither told nor recorded. */
  undid(lost: string): void {
    this.applied.splice(0, Infinity, ...this.applied.filter(({ target }) => target !== lost));
  }

  /** One Event a reason: creating a bucket with five settings is one `BucketCreated`, not five `BucketUpdated` more. */
  events(): Map<string, string> {
    const notes = new Map<string, string[]>();
    for (const { event } of this.applied) {
      if (event) notes.set(event.reason, [...notes.get(event.reason) ?? [], event.note]);
    }
    if (notes.has("BucketCreated")) notes.delete("BucketUpdated");
    return new Map([...notes].map(([reason, all]) => [reason, [...new Set(all)].join("; ")]));
  }
}

function withoutNulls(status: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== null));
}
