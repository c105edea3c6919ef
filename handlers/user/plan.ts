import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import { AwsError } from "../../lib/aws/api.ts";
import { samePolicy } from "../../lib/aws/canonical_policy.ts";
import { hasCode, isAwsError, isNotImplemented, orGone } from "../../lib/aws/errors.ts";
import { type PolicyDocument, type PolicySpec, toPolicyDocument } from "../../lib/aws/policy.ts";
import { StalledError } from "../../lib/errors.ts";
import { accessPolicy } from "../access_level.ts";
import type { User } from "../kinds.ts";
import type { Step } from "../plan.ts";
import { inlinePolicyName, type LiveUser, type UserScope } from "./observe.ts";

export type UserStep = Step<UserScope, NonNullable<User["status"]>>;

/** The inline policy that a spec means: its own; none beside a policyRef; else full access to one bucket, as 0.2.x gave. */
export function wantedInline({ spec: { name, policy, policyRef, tags } }: User): PolicySpec | undefined {
  if (policy) return policy;
  if (policyRef) return undefined;
  return accessPolicy(tags?.["Bucket"] ?? name, "full");
}

export function createUserStep({ spec: { name } }: User): UserStep {
  return {
    action: "create",
    target: "user",
    reason: "absent",
    claims: true,
    drift: "user",
    event: { reason: "UserCreated", note: `User "${name}" created` },
    async apply({ iam, userName: UserName, signal }) {
      try {
        const { User } = await iam.send(new CreateUserCommand({ UserName }), { signal });
        return {
          ownership: "Created" as const,
          created: true,
          ...(User?.UserId ? { userId: User.UserId } : {}),
          ...(User?.Arn ? { arn: User.Arn } : {}),
        };
      } catch (error) {
        if (isAwsError(error, "exists")) return { created: true };
        if (isAwsError(error, "terminal", "conflict")) {
          throw new StalledError("CreationFailed", error.message, { cause: error, conditionType: "CreationFailed" });
        }
        throw error;
      }
    },
  };
}

/** Puts, mends or removes the inline policy; one that we did not put there is not removed. */
export function inlineSteps(object: User, live: LiveUser | undefined, isOurs: boolean): UserStep[] {
  const spec = wantedInline(object);
  const wanted = spec && toPolicyDocument(spec);
  if (samePolicy(live?.inline, wanted)) return [];
  const common = { target: "user/inline-policy", before: live?.inline, independent: true, drift: "policy" } as const;
  if (wanted === undefined) {
    if (!isOurs) return [];
    return [{ ...common, action: "delete", reason: "no longer in the spec", apply: deleteInline }];
  }
  const action = live?.inline === undefined ? "create" : "update";
  const event = { reason: "PolicyApplied", note: `Inline policy applied to user "${object.spec.name}"` };
  const reason = action === "create" ? "absent" : "differs from the spec";
  return [{ ...common, action, reason, after: wanted, event, apply: (scope) => putInline(scope, wanted) }];
}

async function putInline(
  { iam, userName: UserName, signal }: UserScope,
  document: PolicyDocument,
): Promise<{ inlinePolicy: true }> {
  try {
    const PolicyDocument = JSON.stringify(document);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: inlinePolicyName(UserName), PolicyDocument }), {
      signal,
    });
    return { inlinePolicy: true };
  } catch (error) {
    if (hasCode(error, "MalformedPolicyDocument", "MalformedPolicy", "LimitExceeded")) {
      throw new StalledError("PolicyInvalid", (error as AwsError).message, { cause: error });
    }
    throw error;
  }
}

export async function deleteInline({ iam, userName: UserName, signal }: UserScope): Promise<{ inlinePolicy: false }> {
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: inlinePolicyName(UserName) }), { signal }).catch(
    orGone,
  );
  return { inlinePolicy: false };
}

/**
 * Attaches the wanted managed policy and detaches the one that we attached before; foreign attachments stay.
 * The new one comes first, so that the user is never without.
 */
export function attachmentSteps(
  { status }: User,
  live: LiveUser | undefined,
  wantedArn: string | undefined,
): UserStep[] {
  const attached = new Set(live?.attached ?? []);
  const formerArn = status?.attachedPolicyArn;
  const steps: UserStep[] = [];
  if (wantedArn !== undefined && !attached.has(wantedArn)) {
    steps.push({
      action: "create",
      target: "user/attached-policy",
      reason: "not attached",
      after: wantedArn,
      drift: "attachment",
      event: { reason: "PolicyApplied", note: "Managed policy attached" },
      apply: (scope) => attach(scope, wantedArn),
    });
  }
  if (formerArn !== undefined && formerArn !== wantedArn && attached.has(formerArn)) {
    steps.push({
      action: "delete",
      target: "user/former-policy",
      reason: "no longer in the spec",
      before: formerArn,
      apply: (scope) => detach(scope, formerArn),
    });
  }
  return steps;
}

async function attach(
  { iam, userName: UserName, signal }: UserScope,
  PolicyArn: string,
): Promise<{ attachedPolicyArn: string }> {
  try {
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }), { signal });
    return { attachedPolicyArn: PolicyArn };
  } catch (error) {
    if (isAwsError(error, "terminal", "conflict", "notFound")) {
      throw new StalledError("AttachFailed", error.message, { cause: error });
    }
    throw error;
  }
}

export async function detach({ iam, userName: UserName, signal }: UserScope, PolicyArn: string): Promise<void> {
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }), { signal, priority: "high" }).catch(orGone);
}

/** Sets the wanted tags and removes those that we set before; foreign tags stay. A service without tags is left alone. */
export function tagSteps({ spec, status }: User, live: LiveUser | undefined): UserStep[] {
  const wanted = spec.tags ?? {};
  if (live?.tags === "unsupported") return [];
  const current = live?.tags ?? {};
  const differing = Object.entries(wanted).filter(([key, value]) => current[key] !== value);
  const gone = (status?.managedTags ?? []).filter((key) => !(key in wanted) && key in current);
  if (differing.length === 0 && gone.length === 0) return [];
  return [{
    action: "update",
    target: "user/tags",
    reason: "differs from the spec",
    before: current,
    after: wanted,
    independent: true,
    drift: "tags",
    async apply({ iam, userName: UserName, signal }) {
      try {
        if (differing.length > 0) {
          const Tags = differing.map(([Key, Value]) => ({ Key, Value }));
          await iam.send(new TagUserCommand({ UserName, Tags }), { signal });
        }
        if (gone.length > 0) await iam.send(new UntagUserCommand({ UserName, TagKeys: gone }), { signal });
      } catch (error) {
        // Tags are not in Wasabi's IAM (wasabi.md): tried once, reported as a condition, and skipped.
        if (!isNotImplemented(error)) throw error;
      }
    },
  }];
}
