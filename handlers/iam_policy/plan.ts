import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam";
import { samePolicy } from "../../lib/aws/canonical_policy.ts";
import { hasCode, isAwsError, isNotImplemented, orGone } from "../../lib/aws/errors.ts";
import { type PolicyDocument, toPolicyDocument } from "../../lib/aws/policy.ts";
import { BlockedError, StalledError } from "../../lib/errors.ts";
import type { IamPolicy } from "../kinds.ts";
import type { Step } from "../plan.ts";
import type { IamPolicyScope, LivePolicy } from "./observe.ts";

type PolicyStep = Step<IamPolicyScope, NonNullable<IamPolicy["status"]>>;

/** IAM keeps at most five versions of a policy (IAM quotas); the oldest ones go before a new one comes. */
const MOST_OTHER_VERSIONS = 3;

/** What must be done to the policy at IAM. */
export function planPolicy(object: IamPolicy, live: LivePolicy | undefined): PolicyStep[] {
  const document = toPolicyDocument(object.spec.policy);
  const { name } = object.metadata;
  if (live === undefined) return [createStep(name, document)];
  return [
    ...tagSteps(object, live),
    ...(samePolicy(live.document, document) ? [] : versionSteps(live, document, name)),
  ];
}

function createStep(name: string, document: PolicyDocument): PolicyStep {
  return {
    action: "create",
    target: "policy",
    reason: "absent",
    after: document,
    claims: true,
    drift: "policy",
    event: { reason: "PolicyApplied", note: `IAM policy "${name}" created` },
    async apply({ iam, policyName: PolicyName, signal }) {
      try {
        const command = new CreatePolicyCommand({ PolicyName, PolicyDocument: JSON.stringify(document) });
        const { Policy } = await iam.send(command, { signal });
        return { ownership: "Created" as const, ...(Policy?.Arn ? { policyArn: Policy.Arn } : {}) };
      } catch (error) {
        // The answer to an earlier try was lost; what is there is read back.
        return isAwsError(error, "exists") ? undefined : explain(error);
      }
    },
  };
}

/** A document changes by a new default version. */
function versionSteps(
  { arn, otherVersions, document }: LivePolicy,
  wanted: PolicyDocument,
  name: string,
): PolicyStep[] {
  const spare = otherVersions.length - MOST_OTHER_VERSIONS;
  const surplus = otherVersions.slice(0, Math.max(0, spare))
    .map((version) => deleteVersionStep(arn, version, "IAM keeps five versions at most"));
  return [...surplus, {
    action: "update",
    target: "policy/document",
    reason: "differs from the spec",
    before: document,
    after: wanted,
    drift: "policy",
    event: { reason: "PolicyApplied", note: `IAM policy "${name}" updated` },
    async apply({ iam, signal }) {
      const PolicyDocument = JSON.stringify(wanted);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument, SetAsDefault: true }), {
        signal,
        idempotent: false,
      }).catch(explain);
    },
  }];
}

/**
 * Sets the wanted tags and removes those that we set before; foreign tags stay. A service without tags is left alone.
 */
function tagSteps({ spec, status }: IamPolicy, { arn: PolicyArn, tags: current }: LivePolicy): PolicyStep[] {
  if (current === "unsupported") return [];
  const wanted = spec.tags ?? {};
  const Tags = Object.entries(wanted).filter(([key, value]) => current[key] !== value)
    .map(([Key, Value]) => ({ Key, Value }));
  const TagKeys = (status?.managedTags ?? []).filter((key) =>
    !Object.hasOwn(wanted, key) && Object.hasOwn(current, key)
  );
  if (Tags.length === 0 && TagKeys.length === 0) return [];
  return [{
    action: "update",
    target: "policy/tags",
    reason: "differs from the spec",
    before: current,
    after: wanted,
    independent: true,
    drift: "tags",
    async apply({ iam, signal }) {
      try {
        if (Tags.length > 0) await iam.send(new TagPolicyCommand({ PolicyArn, Tags }), { signal });
        if (TagKeys.length > 0) await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys }), { signal });
      } catch (error) {
        // Tags are not in Wasabi's IAM (docs/wasabi.md): tried once, reported as a condition, and skipped.
        if (!isNotImplemented(error)) throw error;
      }
    },
  }];
}

/** Keys of the tags that are on the policy and ours; `null` for none. */
export function managedTags({ spec, status }: IamPolicy, live: LivePolicy | undefined): string[] | null {
  const tags = live?.tags;
  if (tags === undefined || tags === "unsupported") return null;
  const keys = [...new Set([...Object.keys(spec.tags ?? {}), ...status?.managedTags ?? []])];
  const held = keys.filter((key) => Object.hasOwn(tags, key)).sort();
  return held.length > 0 ? held : null;
}

/** Every version but the default one, then the policy. */
export function planPolicyDeletion(live: LivePolicy): PolicyStep[] {
  const reason = "its object is deleted";
  return [
    ...live.otherVersions.map((version) => deleteVersionStep(live.arn, version, reason)),
    { action: "delete", target: "policy", reason, apply: (scope) => deletePolicy(scope, live) },
  ];
}

function deleteVersionStep(PolicyArn: string, VersionId: string, reason: string): PolicyStep {
  return {
    action: "delete",
    target: `policy/${VersionId}`,
    reason,
    async apply({ iam, signal }) {
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }), { signal, priority: "high" }).catch(
        orGone,
      );
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
    throw new StalledError("PolicyInvalid", error.message, { cause: error });
  }
  throw error;
}
