import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  TagPolicyCommand,
} from "@aws-sdk/client-iam";
import { AwsError } from "../lib/aws/api.ts";
import { samePolicy } from "../lib/aws/canonical_policy.ts";
import { hasCode, isAwsError, isNotImplemented, orGone } from "../lib/aws/errors.ts";
import { policyProblem, toPolicyDocument } from "../lib/aws/policy.ts";
import { BlockedError, StalledError } from "../lib/errors.ts";
import { equal } from "../lib/equal.ts";
import { keyOf } from "../lib/kube/object.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { HandlerDeps } from "./deps.ts";
import { type IamPolicyScope, type LivePolicy, observeIamPolicy } from "./iam_policy/observe.ts";
import { type IamPolicy, iamPolicyType, type User } from "./kinds.ts";
import { hasFinalizer, token } from "./objects.ts";
import { claim, olderRival, ownershipOf, refuseConflict } from "./ownership.ts";
import type { Step } from "./plan.ts";
import { namespaceOf } from "./references.ts";
import type { Shared } from "./shared.ts";

interface Observed {
  readonly live: LivePolicy | undefined;
  readonly rivals: readonly IamPolicy[];
  /** User objects that refer to the policy. */
  readonly users: readonly User[];
}

type PolicyStep = Step<IamPolicyScope, NonNullable<IamPolicy["status"]>>;

/** IAM keeps at most five versions of a policy (IAM quotas); the oldest ones go before a new one comes. */
const MOST_OTHER_VERSIONS = 3;

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
    return [token("Provider", namespaceOf(providerRef, namespace), providerRef.name), `claim/policy/${name}`];
  }

  override provides(object: IamPolicy): readonly string[] {
    return [...super.provides(object), `claim/policy/${object.metadata.name}`];
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
    return { live: await observeIamPolicy(scope), rivals: this.#rivals(object), users: this.#users(object) };
  }

  #rivals(object: IamPolicy): IamPolicy[] {
    const account = this.shared.accountOf(object);
    return this.deps.stores.of("IAMPolicy").list().filter((other) =>
      other.metadata.name === object.metadata.name && other.metadata.uid !== object.metadata.uid &&
      this.shared.accountOf(other) === account
    );
  }

  #users({ metadata: { namespace, name } }: IamPolicy): User[] {
    return this.deps.stores.of("User").list().filter(({ metadata, spec: { policyRef } }) =>
      policyRef?.name === name && namespaceOf(policyRef, metadata.namespace) === namespace
    );
  }

  protected plan(object: IamPolicy, { live, rivals }: Observed): PlanOf<IamPolicy, IamPolicyScope> {
    const { spec, metadata, status } = object;
    const what = `IAM policy "${metadata.name}"`;
    refuseConflict(object, rivals, what);
    const problem = policyProblem(spec.policy, "managed");
    if (problem) throw new StalledError("PolicyInvalid", problem);
    const ownership = live
      ? claim(object, { what, plural: "iampolicies", adoption: this.deps.settings.adoption })
      : "Created";
    const document = toPolicyDocument(spec.policy);
    const applied = live !== undefined && samePolicy(live.document, document);
    const tags = Object.entries(spec.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    const wantedTags = tags.map(({ Key, Value }) => `${Key}=${Value}`).sort();
    const steps = live === undefined
      ? [createStep(metadata.name, JSON.stringify(document), tags)]
      : applied
      ? []
      : versionSteps(live, JSON.stringify(document), metadata.name);
    const tagsChanged = live !== undefined && tags.length > 0 && !equal(status?.managedTags ?? [], wantedTags);
    return {
      steps: tagsChanged ? [...steps, tagStep(live.arn, tags, wantedTags)] : steps,
      status: {
        applied,
        ...(live ? { policyArn: live.arn, ownership, attachedUsers: live.attachedUsers } : {}),
        provider: { name: spec.providerRef.name, namespace: namespaceOf(spec.providerRef, metadata.namespace) },
      },
    };
  }

  protected async connectForDeletion(object: IamPolicy, { signal }: Pass): Promise<IamPolicyScope | undefined> {
    if (ownershipOf(object) !== "Created" || olderRival(object, this.#rivals(object))) return undefined;
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
    const versions = live.otherVersions.map((version): PolicyStep => deleteVersionStep(live.arn, version));
    return {
      steps: [...versions, {
        action: "delete",
        target: "policy",
        reason: "its object is deleted",
        apply: (scope) => deletePolicy(scope, live),
      }],
    };
  }

  protected leftBehind({ metadata, status }: IamPolicy): string {
    return `IAM policy ${status?.policyArn ?? metadata.name}`;
  }

  protected override onError(error: unknown, { spec, metadata }: IamPolicy): void {
    if (isAwsError(error, "credentials")) {
      this.shared.suspect(
        keyOf({ namespace: namespaceOf(spec.providerRef, metadata.namespace), name: spec.providerRef.name }),
      );
    }
  }
}

type Tags = { readonly Key: string; readonly Value: string }[];

function createStep(name: string, PolicyDocument: string, tags: Tags): PolicyStep {
  return {
    action: "create",
    target: "policy",
    reason: "absent",
    after: JSON.parse(PolicyDocument),
    claims: true,
    drift: "policy",
    event: { reason: "PolicyApplied", note: `IAM policy "${name}" created` },
    async apply({ connection, iam, policyName: PolicyName, signal }) {
      const withTags = tags.length > 0 && !connection.unsupported("TagPolicy");
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName, PolicyDocument, ...(withTags ? { Tags: tags } : {}) }),
        { signal },
      )
        .catch(explain);
      return { ownership: "Created" as const, applied: true, ...(Policy?.Arn ? { policyArn: Policy.Arn } : {}) };
    },
  };
}

/** A document changes by a new default version. */
function versionSteps(
  { arn, otherVersions, document }: LivePolicy,
  PolicyDocument: string,
  name: string,
): PolicyStep[] {
  const spare = otherVersions.length - MOST_OTHER_VERSIONS;
  const surplus = otherVersions.slice(0, Math.max(0, spare)).map((version) => deleteVersionStep(arn, version));
  return [...surplus, {
    action: "update",
    target: "policy/document",
    reason: "differs from the spec",
    before: document,
    after: JSON.parse(PolicyDocument),
    drift: "policy",
    event: { reason: "PolicyApplied", note: `IAM policy "${name}" updated` },
    async apply({ iam, signal }) {
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument, SetAsDefault: true }), {
        signal,
        idempotent: false,
      }).catch(explain);
    },
  }];
}

function deleteVersionStep(PolicyArn: string, VersionId: string): PolicyStep {
  return {
    action: "delete",
    target: `policy/${VersionId}`,
    reason: "IAM keeps five versions at most",
    async apply({ iam, signal }) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }), { signal, priority: "high" }).catch(
        orGone,
      );
    },
  };
}

function tagStep(PolicyArn: string, Tags: Tags, managedTags: readonly string[]): PolicyStep {
  return {
    action: "update",
    target: "policy/tags",
    reason: "differs from the spec",
    independent: true,
    async apply({ iam, signal }) {
      try {
        await iam.send(new TagPolicyCommand({ PolicyArn, Tags }), { signal });
      } catch (error) {
        if (!isNotImplemented(error)) throw error;
      }
      return { managedTags };
    },
  };
}

async function deletePolicy(
  { iam, signal }: IamPolicyScope,
  { arn: PolicyArn, attachedUsers, attachedElsewhere }: LivePolicy,
): Promise<void> {
  try {
    await iam.send(new DeletePolicyCommand({ PolicyArn }), { signal, priority: "high" }).catch(orGone);
  } catch (error) {
    if (!hasCode(error, "DeleteConflict")) throw error;
    const left = [...attachedUsers.map((name) => `user "${name}"`), ...attachedElsewhere].join(", ");
    throw new BlockedError("DeletionBlocked", `IAM policy ${PolicyArn} is still attached to ${left}: detach it`, {
      cause: error,
    });
  }
}

function explain(error: unknown): never {
  if (hasCode(error, "MalformedPolicyDocument", "MalformedPolicy")) {
    throw new StalledError("PolicyInvalid", (error as AwsError).message, { cause: error });
  }
  throw error;
}
