import { type ConditionUpdate, findCondition } from "../lib/kube/conditions.ts";
import { keyOf } from "../lib/kube/object.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import {
  concerned,
  managedFields,
  type Observations,
  observeAspects,
  planAspects,
  targetOf,
} from "./bucket/aspects.ts";
import { type Children, planChildren, planChildrenDelete } from "./bucket/children.ts";
import { childrenProblem, withoutEffect } from "./bucket/children_problem.ts";
import { createBucketStep, refuseOtherRegion } from "./bucket/create.ts";
import { bucketExists, isCutOff } from "./bucket/observe.ts";
import { publicAccess } from "./bucket/public_access.ts";
import { readChildren, rivalsOf } from "./bucket/related.ts";
import { removeBucketStep } from "./bucket/remove.ts";
import type { BucketStep, Scope } from "./bucket/scope.ts";
import type { HandlerDeps } from "./deps.ts";
import { type Bucket, type BucketPolicy, bucketType } from "./kinds.ts";
import { childName, credentialsName } from "./names.ts";
import { hasFinalizer, isControlledBy, isDeleting, token } from "./objects.ts";
import { claim, ownershipOf, refuseConflict, strongerRival } from "./ownership.ts";
import type { Problem } from "./plan.ts";
import { policiesOf } from "./policies.ts";
import { resolve } from "./references.ts";
import type { Shared } from "./shared.ts";

interface Observed {
  /** False where only the cluster was looked at. */
  readonly outside: boolean;
  /** Region of the Provider; absent where only the cluster was looked at. */
  readonly region?: string;
  readonly exists: boolean;
  readonly aspects: Observations;
  /** True when a live policy is public and would be cut off by the wanted public access block. */
  readonly publicConflict: boolean;
  readonly children: Children;
  readonly rivals: readonly Bucket[];
  /** Targets that this pass has written already, which the store may not show yet. */
  readonly requested: ReadonlySet<string>;
}

/** Keeps one bucket, its settings, and the user, key and policy that go with it. */
export class BucketHandler extends BaseHandler<Bucket, Scope, Observed> {
  readonly kind = "Bucket";
  readonly type = bucketType;
  protected readonly negativeTypes = ["ProviderNotReady", "CreationFailed", "PublicAccessConflict", "Unsupported"];
  protected readonly failure = { reason: "UpdateFailed", event: "ReconcileFailed" };

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
  }

  references({ metadata: { namespace, name }, spec }: Bucket): readonly string[] {
    return [
      token("Provider", resolve(spec.providerRef, namespace)),
      token("User", { namespace, name: childName.user(name) }),
      token("AccessKey", { namespace, name: childName.accessKey(name) }),
      token("BucketPolicy", { namespace, name: childName.policy(name) }),
      `policies-of/${namespace}/${name}`,
      `claim/bucket/${spec.name}`,
      ...(spec.userRef ? [token("User", resolve(spec.userRef, namespace))] : []),
    ];
  }

  override provides(object: Bucket): readonly string[] {
    return [...super.provides(object), `claim/bucket/${object.spec.name}`];
  }

  /** Policies and rivals see whose bucket it is, that it is there, and which settings may refuse a policy. */
  override published({ metadata: { uid, generation, deletionTimestamp, finalizers = [] }, status }: Bucket): string {
    const held = deletionTimestamp && finalizers.length;
    const { exists, ownership, observedGeneration, managedAspects } = status ?? {};
    return JSON.stringify([
      uid,
      generation,
      deletionTimestamp,
      held,
      exists,
      ownership,
      observedGeneration,
      managedAspects,
    ]);
  }

  protected async connect(object: Bucket, { signal }: Pass): Promise<Scope> {
    const { connection } = await this.shared.provider(object.spec.providerRef, object, signal);
    return { connection, s3: connection.s3, bucket: object.spec.name, region: connection.settings.region, signal };
  }

  protected async observe(scope: Scope, object: Bucket): Promise<Observed> {
    const outside = scope !== "cluster";
    const exists = outside && await bucketExists(scope, object);
    const mine = exists && (ownershipOf(object) !== undefined || this.#adopts(object));
    const aspects = mine && !isDeleting(object) ? await observeAspects(scope, concerned(object)) : {};
    const children = readChildren(object, this.deps);
    if (!isDeleting(object)) this.#sayWithoutEffect(object, children);
    return {
      outside,
      ...(outside ? { region: scope.region } : {}),
      exists,
      aspects,
      publicConflict: outside && mine && await isCutOff(scope, object, aspects),
      children,
      rivals: this.#rivals(object),
      requested: new Set(),
    };
  }

  /** Only what changed is read again: after a creation with five settings that is five calls, not eleven. */
  protected override async readBack(
    scope: Scope,
    object: Bucket,
    _pass: Pass,
    before: Observed,
    targets: readonly string[],
  ): Promise<Observed> {
    const changed = concerned(object).filter((aspect) => targets.includes(targetOf(aspect)));
    const aspects = scope !== "cluster" && !isDeleting(object) ? await observeAspects(scope, changed) : {};
    const touched = targets.includes("bucket") && scope !== "cluster";
    // A setting that could be read proves that the bucket is there.
    const isProven = Object.values(aspects).some((found) => found !== "unsupported" && "state" in found);
    const exists = !touched ? before.exists : isProven || await bucketExists(scope, object);
    return {
      ...before,
      exists,
      aspects: { ...before.aspects, ...aspects },
      children: readChildren(object, this.deps),
      requested: new Set([...before.requested, ...targets]),
    };
  }

  #rivals(object: Bucket): Bucket[] {
    return rivalsOf(object, this.deps.stores).filter((rival) => this.shared.counts(rival));
  }

  #adopts(object: Bucket): boolean {
    try {
      return claim(object, this.#claimOptions(object)) !== undefined;
    } catch {
      return false;
    }
  }

  #claimOptions({ spec }: Bucket) {
    return { what: `Bucket "${spec.name}"`, plural: "buckets", adoption: this.deps.settings.adoption };
  }

  protected plan(object: Bucket, observed: Observed): PlanOf<Bucket, Scope> {
    const { spec, metadata } = object;
    const what = `Bucket "${spec.name}"`;
    refuseConflict(object, observed.rivals, what);
    const ownership = observed.exists ? claim(object, this.#claimOptions(object)) : "Created";
    if (!observed.exists) refuseOtherRegion(object, observed.region);
    const settings = planAspects(object, observed.aspects)
      .filter(({ target }) =>
        !(observed.publicConflict && target === targetOf(publicAccess))
      ) as unknown as BucketStep[];
    const children = planChildren(object, observed.children, observed.requested, this.deps);
    const problem = observed.publicConflict
      ? PUBLIC_CONFLICT
      : childrenProblem(object, observed.children, observed.requested);
    const credentials = observed.children.accessKey?.status?.created
      ? credentialsName.main(childName.accessKey(metadata.name))
      : undefined;
    return {
      steps: [...(observed.exists ? [] : [createBucketStep(object)]), ...settings, ...children],
      status: {
        bucketName: spec.name,
        arn: `arn:aws:s3:::${spec.name}`,
        exists: observed.exists,
        ...(observed.exists ? { ownership } : {}),
        provider: this.shared.record(spec.providerRef, object),
        managedAspects: managedFields(object, observed.aspects),
        ...(credentials ? { credentialsSecret: credentials } : {}),
      },
      conditions: unsupported(object, observed.children),
      ...(problem ? { problem } : {}),
    };
  }

  protected async connectForDeletion(object: Bucket, { signal }: Pass): Promise<Scope> {
    const children = readChildren(object, this.deps);
    // Children go first and need nothing of ours outside, so a Provider that is gone does not hold them up.
    if (!this.#removes(object) || planChildrenDelete(object, children, new Set(), this.deps.kube).problem) {
      return "cluster";
    }
    const connection = await this.shared.forDeletion(
      object.status?.provider ?? object.spec.providerRef,
      object,
      signal,
    );
    return { connection, s3: connection.s3, bucket: object.spec.name, region: connection.settings.region, signal };
  }

  /** Does the deletion of the object take the bucket with it? Not the one of an object that lost a conflict. */
  #removes(object: Bucket): boolean {
    return object.spec.deletionPolicy === "Delete" && ownershipOf(object) !== undefined &&
      strongerRival(object, this.#rivals(object)) === undefined;
  }

  protected planDelete(object: Bucket, { outside, exists, children, requested }: Observed): PlanOf<Bucket, Scope> {
    const relying = this.#relyingPolicies(object);
    if (relying.length > 0) {
      const names = relying.map(({ metadata }) => `BucketPolicy ${keyOf(metadata)}`).join(", ");
      const problem = {
        kind: "waiting",
        reason: "DeletionBlocked",
        message: `Waiting for ${names} to be gone`,
      } as const;
      return { steps: [], problem };
    }
    const { steps, problem } = planChildrenDelete(object, children, requested, this.deps.kube);
    if (problem) return { steps, problem };
    if (!outside && this.#removes(object)) {
      // The last child went during this pass: the bucket itself is for the next.
      return {
        steps: [],
        problem: { kind: "waiting", reason: "DeletionBlocked", message: "Deleting the bucket" },
        afterMs: 0,
      };
    }
    if (!exists) return { steps: [] };
    return { steps: [removeBucketStep(object)] };
  }

  /** BucketPolicies on their way out whose status, of 0.2.x, does not say what they need from this object. */
  #relyingPolicies(object: Bucket): BucketPolicy[] {
    return policiesOf(object.metadata, this.deps).filter((policy) =>
      isDeleting(policy) && hasFinalizer(policy) && ownershipOf(policy) !== undefined &&
      policy.status?.bucketName === undefined
    );
  }

  /** Its children are not abandoned with it: they may still take back live keys, which is a decision of its own. */
  protected leftBehind(object: Bucket): string {
    const { user, accessKey, policy } = readChildren(object, this.deps);
    const own = [accessKey, user, policy].filter((child) => child && isControlledBy(child, object));
    const names = own.map((child) => child && `${child.kind} ${child.metadata.name}`).join(", ");
    const bucket = `bucket "${object.spec.name}"`;
    return names ? `${bucket}. ${names} delete what is theirs; abandon them too if they cannot` : bucket;
  }

  /** An Event, once; the condition goes on saying it. */
  #sayWithoutEffect(object: Bucket, children: Children): void {
    const note = withoutEffect(object, children);
    const said = findCondition(object.status?.conditions, "Unsupported")?.message ?? "";
    if (note === undefined || said.includes(note)) return;
    this.deps.events.emit(object, { type: "Normal", reason: "FieldsWithoutEffect", note });
  }

  protected override counted(result: "success" | "error"): void {
    this.deps.metrics.bucketOperation("reconcile", result);
  }

  protected override onError(error: unknown, { spec, metadata }: Bucket): void {
    this.shared.suspect(error, spec.providerRef, metadata.namespace);
  }
}

const PUBLIC_CONFLICT: Problem = {
  kind: "stalled",
  reason: "PublicAccessConflict",
  message: "The bucket's policy is public, and spec.publicAccess would cut it off: change the policy, or set " +
    "spec.publicAccess.restrictPublicBuckets to false",
  conditionType: "PublicAccessConflict",
};

const MFA_DELETE = "spec.versioning.mfaDelete cannot be automated: it needs a token by hand";

/** What the object asks for and does not get, beside Ready. */
function unsupported(object: Bucket, children: Children): ConditionUpdate[] {
  const lacks = [object.spec.versioning?.mfaDelete ? MFA_DELETE : undefined, withoutEffect(object, children)]
    .filter((lack) => lack !== undefined);
  return lacks.length === 0
    ? []
    : [{ type: "Unsupported", status: "True", reason: "Unsupported", message: lacks.join("; ") }];
}
