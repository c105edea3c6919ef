import { FailedError } from "../lib/errors.ts";
import type { JsonPatchOp, ResourceType, Store } from "../lib/kube/api.ts";
import { type ConditionChange, findCondition } from "../lib/kube/conditions.ts";
import { goneIsStale, isNotFound } from "../lib/kube/errors.ts";
import { addFinalizer, removeFinalizers } from "../lib/kube/finalizer.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import type { ReconcileContext, Reconciler, Requeue } from "../lib/kube/reconciler.ts";
import { recordCreation } from "./creation.ts";
import type { HandlerDeps } from "./deps.ts";
import type { KindName } from "./kinds.ts";
import { ANNOTATIONS, FINALIZER, OLD_FINALIZER } from "./names.ts";
import { annotationOf, hasFinalizer, identityOf, isDeleting, isReady, isStalled, token } from "./objects.ts";
import type { Pass, PlanOf } from "./pass.ts";
import { Progress } from "./progress.ts";
import { requeueOf } from "./requeue.ts";
import { countDrift, runSteps, showLeft } from "./run_steps.ts";
import { beginningOf, reconcileSpan, tellVerdict } from "./spans.ts";
import { hasOldFinalizer, isLeftByOldOperator, OLD_OPERATOR_NOTE, oldOperatorRuns, takeOver } from "./takeover.ts";
import { blocked, conditionsFor, paused, type Verdict, verdictOf, verdictOfPlan } from "./verdict.ts";
import { writeStatus } from "./write_status.ts";

export type { Pass, PlanOf } from "./pass.ts";

/** Observing and planning again after steps ends after this many rounds, whatever a service answers. */
const MAX_ROUNDS = 12;

/**
 * What all kinds share: pause, finalizer, deletion, running the steps of a plan, reading back what they changed,
 * conditions, Events, the one status write, and when to look again. A kind adds `connect`, `observe` and `plan`.
 */
export abstract class BaseHandler<T extends CustomResource, Scope, Observed> implements Reconciler<T> {
  abstract readonly kind: KindName;
  abstract readonly type: ResourceType<T>;
  /** Condition types of the contract that are True while something is wrong, and absent otherwise. */
  protected abstract readonly negativeTypes: readonly string[];
  /** The kind's own reason for a failure of its work, and the Event that goes with it. */
  protected abstract readonly failure: { readonly reason: string; readonly event: string };

  readonly ownAnnotations = [ANNOTATIONS.traceparent];

  constructor(protected readonly deps: HandlerDeps) {}

  /** Resolves references and credentials. Throws `WaitingError` or `StalledError`. */
  protected abstract connect(object: T, pass: Pass): Promise<Scope>;
  /** Reads the outside world; never changes it. */
  protected abstract observe(scope: Scope, object: T, pass: Pass): Promise<Observed>;
  /** Pure: what must be done; throws `StalledError` for what a person must settle first. */
  protected abstract plan(object: T, observed: Observed, pass: Pass): PlanOf<T, Scope>;
  /** The scope for deletion; `undefined` when there is nothing outside to delete, so that no Provider is needed. */
  protected abstract connectForDeletion(object: T, pass: Pass): Promise<Scope | undefined>;
  protected abstract planDelete(object: T, observed: Observed, pass: Pass): PlanOf<T, Scope>;
  /** Reads back what the steps changed; a kind with many parts reads only the `targets`. */
  protected readBack(
    scope: Scope,
    object: T,
    pass: Pass,
    _before: Observed,
    _targets: readonly string[],
  ): Promise<Observed> {
    return this.observe(scope, object, pass);
  }
  /** What stays outside when a deletion is abandoned, in words. */
  protected abstract leftBehind(object: T): string;
  abstract references(object: T): readonly string[];

  provides({ metadata }: T): readonly string[] {
    return [token(this.kind, metadata)];
  }

  /** Status without conditions and times, whether it is Ready or stalled, and what its owner wants: all that is read. */
  published(object: T): string {
    const { conditions: _conditions, lastSyncTime: _time, creating: _creating, ...facts } = (object.status ??
      {}) as Record<string, unknown>;
    const { uid, generation, deletionTimestamp, finalizers = [] } = object.metadata;
    // Finalizers tell something only of an object that goes.
    const held = deletionTimestamp && finalizers.length;
    return JSON.stringify([uid, generation, deletionTimestamp, held, isReady(object), isStalled(object), facts]);
  }

  protected get store(): Store<T> {
    return this.deps.stores.of(this.kind) as unknown as Store<T>;
  }

  async reconcile(key: string, context: ReconcileContext): Promise<Requeue> {
    const object = this.store.get(key);
    if (object === undefined) {
      this.deps.metrics.resourceStatus(this.type.kind, key, "deleted");
      return "never";
    }
    const log = this.deps.log.with({ ...identityOf(object), reconcileId: context.reconcileId });
    const pass = { ...context, log, now: this.deps.clock.now() };
    return await this.deps.traceSpan(
      `reconcile ${this.kind}`,
      reconcileSpan(object, pass),
      (span) => this.reconcileWithMetrics(object, { ...pass, span }),
    );
  }

  /** Runs a pass, counts it, says what came of it, and decides when to look again. */
  protected async reconcileWithMetrics(object: T, pass: Pass): Promise<Requeue> {
    const { clock, metrics } = this.deps;
    const started = clock.monotonic();
    const progress = new Progress(object);
    let verdict: Verdict | "gone";
    try {
      verdict = isDeleting(object) ? await this.#delete(progress, pass) : await this.#converge(progress, pass);
    } catch (error) {
      if (pass.signal.aborted) return "backoff";
      verdict = this.#judge(error, progress, pass);
    }
    if (verdict !== "gone") verdict = await this.#say(progress, verdict, pass);
    tellVerdict(pass.span, verdict);
    const failed = verdict !== "gone" && (verdict.kind === "failed" || verdict.kind === "stalled");
    metrics.reconciled(this.type.kind, failed ? "failed" : "success", (clock.monotonic() - started) / 1000);
    this.counted(failed ? "error" : "success");
    if (verdict === "gone") {
      metrics.resourceStatus(this.type.kind, keyOf(object.metadata), "deleted");
      return "never";
    }
    if (failed) metrics.error(this.type.kind, verdict.errorType ?? verdict.reason);
    if (verdict.kind !== "stale") {
      metrics.resourceStatus(this.type.kind, keyOf(object.metadata), verdict.kind === "ready" ? "ready" : "not_ready");
    }
    return requeueOf(object, verdict, this.deps);
  }

  /** A hook for what a kind counts of its passes. */
  protected counted(_result: "success" | "error"): void {}

  #judge(error: unknown, { object, failed }: Progress<T>, { log }: Pass): Verdict {
    const verdict = {
      ...(failed?.failing ? { conditionType: failed.failing } : {}),
      ...verdictOf(error, failed?.failing ?? this.failure.reason),
    };
    this.onError(error, object);
    if (verdict.kind === "failed" && verdict.errorType === "Internal") {
      log.error("Reconcile failed unexpectedly", { error });
    }
    return isDeleting(object) ? blocked(verdict) : verdict;
  }

  /** A hook for what an error tells about a reference, such as credentials that the service refuses. */
  protected onError(_error: unknown, _object: T): void {}

  async #converge(progress: Progress<T>, pass: Pass): Promise<Verdict> {
    const { object } = progress;
    if (annotationOf(object, "paused") === "true") return paused(object);
    if (oldOperatorRuns(object)) return this.#oldOperatorRuns(object);
    const scope = await this.connect(object, pass);
    const plan = await this.#work(
      progress,
      scope,
      pass,
      () => this.observe(scope, progress.object, pass),
      (observed) => this.plan(progress.object, observed, pass),
    );
    if (isLeftByOldOperator(progress.stored)) await this.#patch(progress, takeOver(progress.stored.metadata), pass);
    const token = annotationOf(object, "reconcileAt");
    if (token !== undefined) progress.record({ lastReconcileAt: token });
    return verdictOfPlan(plan);
  }

  /** Observe, plan, act, read back, until a plan has no steps. */
  async #work(
    progress: Progress<T>,
    scope: Scope,
    pass: Pass,
    observe: () => Promise<Observed>,
    planFor: (observed: Observed) => PlanOf<T, Scope>,
  ): Promise<PlanOf<T, Scope>> {
    let observed = await observe();
    let done: ReadonlySet<string> = new Set();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const plan = planFor(observed);
      progress.planned(plan);
      if (!isDeleting(progress.object)) {
        await this.ensureFinalizer(
          progress,
          plan.steps.some(({ claims }) => claims),
          pass,
        );
      }
      if (plan.steps.length === 0) return plan;
      const lost = plan.steps.find(({ target }) => done.has(target));
      if (lost) {
        progress.undid(lost.target);
        showLeft(progress.object, lost, this.deps);
        throw new FailedError("UpdateFailed", `${lost.target} reads back differently from what was just written`);
      }
      if (round === 0) countDrift(progress.object, plan.steps, this.deps);
      await runSteps(plan.steps, { scope, progress, pass, type: this.type, store: this.store, deps: this.deps });
      const targets = plan.steps.map(({ target }) => target);
      done = plan.again ? new Set() : new Set([...done, ...targets]);
      observed = await this.readBack(scope, progress.object, pass, observed, targets);
    }
    throw new FailedError("UpdateFailed", `The object did not come to rest in ${MAX_ROUNDS} rounds`);
  }

  async #delete(progress: Progress<T>, pass: Pass): Promise<Verdict | "gone"> {
    const { object } = progress;
    if (!hasFinalizer(object) && !hasOldFinalizer(object)) return "gone";
    if (annotationOf(object, "paused") === "true") return paused(object);
    if (annotationOf(object, "abandon") === "true") {
      this.#event(
        object,
        "Warning",
        "Abandoned",
        `Deletion finished without the provider; left behind: ${this.leftBehind(object)}`,
      );
    } else if (oldOperatorRuns(object)) {
      return blocked(this.#oldOperatorRuns(object));
    } else {
      const scope = await this.connectForDeletion(object, pass);
      if (scope !== undefined) {
        const plan = await this.#work(
          progress,
          scope,
          pass,
          () => this.observe(scope, progress.object, pass),
          (observed) => this.planDelete(progress.object, observed, pass),
        );
        if (plan.problem) return blocked(verdictOfPlan(plan));
      }
    }
    await this.removeFinalizer(progress, pass);
    this.#emit(progress);
    return "gone";
  }

  /** Adds our finalizer before the first change outside, then the record of an intended creation; docs/adr/0017. */
  protected async ensureFinalizer(progress: Progress<T>, claims: boolean, pass: Pass): Promise<void> {
    const annotations = beginningOf(progress.stored, pass.span);
    await this.#patch(progress, addFinalizer(progress.stored.metadata, FINALIZER, annotations), pass)
      .catch(goneIsStale);
    if (claims) await recordCreation(progress, { type: this.type, kube: this.deps.kube, pass }).catch(goneIsStale);
  }

  /** Removes our finalizer and, where it is still there, the old operator's. */
  protected async removeFinalizer(progress: Progress<T>, pass: Pass): Promise<void> {
    try {
      await this.#patch(progress, removeFinalizers(progress.stored.metadata, [FINALIZER, OLD_FINALIZER]), pass);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #patch(progress: Progress<T>, operations: readonly JsonPatchOp[], { signal }: Pass): Promise<void> {
    if (operations.length === 0) return;
    progress.rebase(await this.deps.kube.jsonPatch(this.type, progress.stored.metadata, operations, { signal }));
  }

  /** Says a verdict in conditions and Events. A verdict that could not be written becomes a retry. */
  async #say(progress: Progress<T>, verdict: Verdict, pass: Pass): Promise<Verdict> {
    this.#emit(progress);
    if (verdict.kind === "stale" && Object.keys(progress.status).length === 0) return verdict;
    try {
      const changes = verdict.kind === "stale" ? [] : conditionsFor(verdict, this.negativeTypes, progress.conditions);
      await this.updateResourceStatus(progress, changes, pass, verdict.reason !== "Paused" && verdict.kind !== "stale");
    } catch (error) {
      if (isNotFound(error)) return verdict;
      pass.log.debug("Status not written", { error });
      return verdictOf(error, this.failure.reason);
    }
    const was = findCondition(progress.stored.status?.conditions, "Ready");
    if (verdict.loud && (was?.reason !== verdict.reason || was.message !== verdict.message)) {
      const reason = isDeleting(progress.stored) ? "DeletionBlocked" : this.failure.event;
      this.#event(progress.stored, "Warning", reason, `${verdict.reason}: ${verdict.message}`);
      pass.log.warning(verdict.message, { reason: verdict.reason });
    }
    return verdict;
  }

  /** The one status write of a pass; none where nothing differs. */
  protected async updateResourceStatus(
    progress: Progress<T>,
    changes: readonly ConditionChange[],
    pass: Pass,
    seen = true,
  ): Promise<void> {
    await writeStatus(progress, changes, { type: this.type, kube: this.deps.kube, pass, seen });
  }

  #emit(progress: Progress<T>): void {
    for (const [reason, note] of progress.events()) this.#event(progress.stored, "Normal", reason, note);
  }

  #event(object: T, type: "Normal" | "Warning", reason: string, note: string): void {
    this.deps.events.emit(object, { type, reason, note });
  }

  #oldOperatorRuns(object: T): Verdict {
    const was = findCondition(object.status?.conditions, "Ready");
    if (was?.message !== OLD_OPERATOR_NOTE) this.#event(object, "Warning", "OldOperatorRunning", OLD_OPERATOR_NOTE);
    return { kind: "stalled", reason: "Conflict", message: OLD_OPERATOR_NOTE, loud: false };
  }
}
