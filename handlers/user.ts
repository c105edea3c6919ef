import { policyProblem } from "../lib/aws/policy.ts";
import { StalledError, WaitingError } from "../lib/errors.ts";
import { keyOf } from "../lib/kube/object.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { HandlerDeps } from "./deps.ts";
import { type AccessKey, type IamPolicy, type User, userType } from "./kinds.ts";
import { hasFinalizer, isDeleting, token } from "./objects.ts";
import { claim, ownershipOf, refuseConflict, strongerRival } from "./ownership.ts";
import type { Problem } from "./plan.ts";
import { authorizeReference, leadsTo, resolve } from "./references.ts";
import type { Shared } from "./shared.ts";
import { planUserDeletion } from "./user/delete.ts";
import { isMadeAnew, type LiveUser, observeUser, type UserScope, withoutRecord } from "./user/observe.ts";
import { holdings, planUser, wantedInline } from "./user/plan.ts";

interface Observed {
  readonly live: LiveUser | undefined;
  /** ARN of the policy that `spec.policyRef` names. */
  readonly policyArn: string | undefined;
  readonly rivals: readonly User[];
  /** True: it is the operator's own user, as the status of a Provider tells. */
  readonly isOwn: boolean;
  /** AccessKey objects whose keys are the user's. */
  readonly keys: readonly AccessKey[];
}

/** How often a user that waits for its AccessKeys to go looks at them, milliseconds; in memory. */
const KEYS_POLL_MS = 1_000;

/** Keeps one IAM user with its policy and tags. */
export class UserHandler extends BaseHandler<User, UserScope, Observed> {
  readonly kind = "User";
  readonly type = userType;
  protected readonly negativeTypes = ["ProviderNotReady", "CreationFailed", "Unsupported"];
  protected readonly failure = { reason: "UpdateFailed", event: "ReconcileFailed" };

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
  }

  references({ metadata: { namespace }, spec: { name, providerRef, policyRef } }: User): readonly string[] {
    return [
      token("Provider", resolve(providerRef, namespace)),
      `claim/user/${name}`,
      ...(policyRef ? [token("IAMPolicy", resolve(policyRef, namespace))] : []),
    ];
  }

  override provides(object: User): readonly string[] {
    const { metadata: { namespace }, spec: { name, policyRef } } = object;
    return [
      ...super.provides(object),
      `claim/user/${name}`,
      ...(policyRef ? [`users-of/${keyOf(resolve(policyRef, namespace))}`] : []),
    ];
  }

  protected async connect(object: User, { signal }: Pass): Promise<UserScope> {
    const { connection } = await this.shared.provider(object.spec.providerRef, object, signal);
    const { iam } = connection;
    if (iam === undefined) throw this.shared.noIam(object.spec.providerRef, object);
    return { connection, iam, userName: object.spec.name, signal };
  }

  protected async observe(scope: UserScope, object: User): Promise<Observed> {
    const { spec, status, metadata } = object;
    const tags = spec.tags !== undefined || (status?.managedTags?.length ?? 0) > 0;
    const keys = this.#keys(object);
    return {
      policyArn: metadata.deletionTimestamp ? undefined : this.#policyArn(object),
      // Nobody is asked about a user that only waits for its keys to go.
      live: isDeleting(object) && keys.some(hasFinalizer)
        ? undefined
        : await observeUser(scope, { tags, isKnown: status?.created === true }),
      rivals: this.#rivals(object),
      isOwn: this.shared.isOwnUser(object, object.spec.name),
      keys,
    };
  }

  /** @throws WaitingError `PolicyNotReady`, StalledError `ReferenceNotGranted` */
  #policyArn({ spec: { policyRef }, metadata: { namespace } }: User): string | undefined {
    if (policyRef === undefined) return undefined;
    const key = keyOf(resolve(policyRef, namespace));
    const policy: IamPolicy | undefined = this.deps.stores.of("IAMPolicy").get(key);
    if (policy === undefined) {
      throw new WaitingError("PolicyNotReady", `IAMPolicy ${key} does not exist`, { missing: true });
    }
    authorizeReference(policy, { from: namespace, field: "spec.policyRef", references: this.deps.settings.references });
    const { policyArn, applied } = policy.status ?? {};
    if (!applied || policyArn === undefined) {
      throw new WaitingError("PolicyNotReady", `IAMPolicy ${key} is not ready`);
    }
    return policyArn;
  }

  #rivals(object: User): User[] {
    const namesakes = this.deps.stores.of("User").list().filter(({ spec }) => spec.name === object.spec.name);
    return this.shared.rivalsOf(object, namesakes);
  }

  /** Those of a namespace without a grant only if they hold a key of the account; no others hold up its deletion. */
  #keys(object: User): AccessKey[] {
    return this.deps.stores.of("AccessKey").list().filter((key) =>
      leadsTo(key.spec.userRef, { from: key.metadata.namespace, to: object.metadata }) &&
      this.shared.mayHold(object, key) && this.shared.sameAccount(object, key)
    );
  }

  protected plan(given: User, { live, policyArn, rivals, isOwn }: Observed): PlanOf<User, UserScope> {
    const isAnother = live !== undefined && isMadeAnew(given, live);
    const object = isAnother ? withoutRecord(given) : given;
    const { spec, status } = object;
    const what = `User "${spec.name}"${isAnother ? `, made anew by somebody else with id ${live.userId},` : ""}`;
    if (isOwn) {
      throw new StalledError(
        "Conflict",
        `${what} is the operator's own user, which it never touches: choose another spec.name`,
      );
    }
    refuseConflict(object, rivals, what);
    const inline = wantedInline(object);
    const problem = inline && policyProblem(inline, "inline");
    if (problem) throw new StalledError("PolicyInvalid", problem);
    const ownership = live
      ? claim(object, { what, plural: "users", adoption: this.deps.settings.adoption })
      : "Created";
    const isOurs = status?.inlinePolicy ?? ownership === "Created";
    const holds = holdings(object, live, { policyArn, isOurs });
    return {
      steps: planUser(object, live, { policyArn, isOurs }),
      status: {
        created: live !== undefined,
        ...(live ? { userId: live.userId, arn: live.arn, ownership } : {}),
        provider: this.shared.record(spec.providerRef, object),
        ...holds,
      },
      conditions: live?.tags === "unsupported" && Object.keys(spec.tags ?? {}).length > 0 ? [NO_TAGS] : [],
    };
  }

  protected async connectForDeletion(object: User, { signal }: Pass): Promise<UserScope | undefined> {
    if (ownershipOf(object) === undefined || strongerRival(object, this.#rivals(object))) return undefined;
    const connection = await this.shared.forDeletion(
      object.status?.provider ?? object.spec.providerRef,
      object,
      signal,
    );
    if (connection.iam === undefined) throw this.shared.noIam(object.spec.providerRef, object);
    return { connection, iam: connection.iam, userName: object.spec.name, signal };
  }

  protected planDelete(object: User, { live, keys, isOwn }: Observed): PlanOf<User, UserScope> {
    const using = keys.filter(hasFinalizer);
    if (using.length > 0) return { steps: [], problem: inUse(using), afterMs: KEYS_POLL_MS };
    if (live === undefined || isOwn || isMadeAnew(object, live)) return { steps: [] };
    return { steps: planUserDeletion(object, live, ownershipOf(object) ?? "Created") };
  }

  protected leftBehind({ spec }: User): string {
    return `user "${spec.name}" with its policies`;
  }

  protected override onError(error: unknown, { spec, metadata }: User): void {
    this.shared.suspect(error, spec.providerRef, metadata.namespace);
  }
}

const NO_TAGS = {
  type: "Unsupported",
  status: "True",
  reason: "Unsupported",
  message: "spec.tags: the service has no tags on users; they are kept in the object alone",
} as const;

function inUse(keys: readonly AccessKey[]): Problem {
  const names = keys.map(({ metadata }) => `AccessKey ${keyOf(metadata)}`).join(", ");
  return { kind: "waiting", reason: "InUse", message: `${names} still use this user: they go first` };
}
