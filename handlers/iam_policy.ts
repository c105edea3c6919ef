import { samePolicy } from "../lib/aws/canonical_policy.ts";
import { policyProblem, toPolicyDocument } from "../lib/aws/policy.ts";
import { StalledError } from "../lib/errors.ts";
import { keyOf } from "../lib/kube/object.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { HandlerDeps } from "./deps.ts";
import { type IamPolicyScope, type LivePolicy, observeIamPolicy } from "./iam_policy/observe.ts";
import { managedTags, planPolicy, planPolicyDeletion } from "./iam_policy/plan.ts";
import { type IamPolicy, iamPolicyType, type User } from "./kinds.ts";
import { hasFinalizer, isDeleting, token } from "./objects.ts";
import { claim, ownershipOf, refuseConflict, strongerRival } from "./ownership.ts";
import { isGranted, leadsTo, resolve } from "./references.ts";
import type { Shared } from "./shared.ts";

interface Observed {
  readonly live: LivePolicy | undefined;
  readonly rivals: readonly IamPolicy[];
  /** User objects that refer to the policy. */
  readonly users: readonly User[];
}

/** How often a policy that waits for its users to go looks at them, milliseconds; in memory. */
const USERS_POLL_MS = 1_000;

/** Keeps one managed policy, named after its object. */
export class IamPolicyHandler extends BaseHandler<IamPolicy, IamPolicyScope, Observed> {
  readonly kind = "IAMPolicy";
  readonly type = iamPolicyType;
  protected readonly negativeTypes = ["AttachFailed", "ProviderNotReady", "Unsupported"];
  protected readonly failure = { reason: "ApplyFailed", event: "PolicyFailed" };

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
  }

  references({ metadata: { namespace, name }, spec: { providerRef } }: IamPolicy): readonly string[] {
    return [
      token("Provider", resolve(providerRef, namespace)),
      `claim/policy/${name}`,
      `users-of/${namespace}/${name}`,
    ];
  }

  override provides(object: IamPolicy): readonly string[] {
    return [...super.provides(object), `claim/policy/${object.metadata.name}`];
  }

  /** Not who has the policy: that would wake all its users for each that comes. */
  override published({ metadata, status }: IamPolicy): string {
    const { uid, generation, deletionTimestamp } = metadata;
    return JSON.stringify([uid, generation, deletionTimestamp, status?.policyArn, status?.applied, status?.ownership]);
  }

  protected async connect(object: IamPolicy, { signal }: Pass): Promise<IamPolicyScope> {
    const { provider, connection } = await this.shared.provider(object.spec.providerRef, object, signal);
    if (connection.iam === undefined) throw this.shared.noIam(object.spec.providerRef, object);
    const { accountId } = provider.status ?? {};
    const arn = object.status?.policyArn ??
      (accountId ? `arn:aws:iam::${accountId}:policy/${object.metadata.name}` : undefined);
    return { connection, iam: connection.iam, policyName: object.metadata.name, arn, signal };
  }

  protected async observe(scope: IamPolicyScope, object: IamPolicy): Promise<Observed> {
    const tags = object.spec.tags !== undefined || (object.status?.managedTags?.length ?? 0) > 0;
    const users = this.#users(object);
    // Nobody is asked about a policy that only waits for its users to go.
    const isWaiting = isDeleting(object) && users.some(hasFinalizer);
    const live = isWaiting ? undefined : await observeIamPolicy(scope, { tags });
    return { live, rivals: this.#rivals(object), users };
  }

  #rivals(object: IamPolicy): IamPolicy[] {
    const { name } = object.metadata;
    const namesakes = this.deps.stores.of("IAMPolicy").list().filter(({ metadata }) => metadata.name === name);
    return this.shared.rivalsOf(object, namesakes);
  }

  /** Those of a namespace without a grant only if they have the policy; no others hold up its deletion. */
  #users(object: IamPolicy): User[] {
    const { metadata: to, status } = object;
    const { references } = this.deps.settings;
    return this.deps.stores.of("User").list().filter(({ metadata, spec: { policyRef }, status: user }) =>
      leadsTo(policyRef, { from: metadata.namespace, to }) &&
      (isGranted(object, { from: metadata.namespace, references }) ||
        (user?.attachedPolicyArn !== undefined && user.attachedPolicyArn === status?.policyArn))
    );
  }

  protected plan(object: IamPolicy, { live, rivals }: Observed): PlanOf<IamPolicy, IamPolicyScope> {
    const { spec, metadata } = object;
    const what = `IAM policy "${metadata.name}"`;
    refuseConflict(object, rivals, what);
    const problem = policyProblem(spec.policy, "managed");
    if (problem) throw new StalledError("PolicyInvalid", problem);
    const ownership = live
      ? claim(object, { what, plural: "iampolicies", adoption: this.deps.settings.adoption })
      : "Created";
    return {
      steps: planPolicy(object, live),
      status: {
        applied: live !== undefined && samePolicy(live.document, toPolicyDocument(spec.policy)),
        ...(live ? { policyArn: live.arn, ownership, attachedUsers: live.attachedUsers } : {}),
        provider: this.shared.record(spec.providerRef, object),
        managedTags: managedTags(object, live),
      },
      conditions: live?.tags === "unsupported" && Object.keys(spec.tags ?? {}).length > 0 ? [NO_TAGS] : [],
    };
  }

  protected async connectForDeletion(object: IamPolicy, { signal }: Pass): Promise<IamPolicyScope | undefined> {
    if (ownershipOf(object) !== "Created" || strongerRival(object, this.#rivals(object))) return undefined;
    const connection = await this.shared.forDeletion(
      object.status?.provider ?? object.spec.providerRef,
      object,
      signal,
    );
    if (connection.iam === undefined) throw this.shared.noIam(object.spec.providerRef, object);
    return { connection, iam: connection.iam, policyName: object.metadata.name, arn: object.status?.policyArn, signal };
  }

  protected planDelete(_object: IamPolicy, { live, users }: Observed): PlanOf<IamPolicy, IamPolicyScope> {
    const using = users.filter(hasFinalizer);
    if (using.length > 0) {
      const names = using.map(({ metadata }) => `User ${keyOf(metadata)}`).join(", ");
      return {
        steps: [],
        problem: {
          kind: "waiting",
          reason: "InUse",
          message: `${names} still refer to this policy: they go first, or get another`,
          loud: true,
        },
        afterMs: USERS_POLL_MS,
      };
    }
    if (live === undefined) return { steps: [] };
    return { steps: planPolicyDeletion(live) };
  }

  protected leftBehind({ metadata, status }: IamPolicy): string {
    return `IAM policy ${status?.policyArn ?? metadata.name}`;
  }

  protected override onError(error: unknown, { spec, metadata }: IamPolicy): void {
    this.shared.suspect(error, spec.providerRef, metadata.namespace);
  }
}

const NO_TAGS = {
  type: "Unsupported",
  status: "True",
  reason: "Unsupported",
  message: "spec.tags: the service has no tags on policies; they are kept in the object alone",
} as const;
