import {
  AttachUserPolicyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from "@aws-sdk/client-iam";
import { samePolicy } from "../../lib/aws/canonical_policy.ts";
import { hasCode, isAwsError, isNotImplemented, orGone } from "../../lib/aws/errors.ts";
import { type PolicyDocument, type PolicySpec, toPolicyDocument } from "../../lib/aws/policy.ts";
import { StalledError } from "../../lib/errors.ts";
import { accessPolicy } from "../access_level.ts";
import type { User } from "../kinds.ts";
import type { Step } from "../plan.ts";
import { inlinePolicyName, type LiveUser, type UserScope } from "./observe.ts";

export type UserStep = Step<UserScope, NonNullable<User["status"]>>;

/**
 * The inline policy that a spec means: its own; none beside a policyRef; else full access to one bucket, as 0.2.x gave.
 */
export function wantedInline({ spec: { name, policy, policyRef, tags } }: Pick<User, "spec">): PolicySpec | undefined {
  if (policy) return policy;
  if (policyRef) return undefined;
  return accessPolicy(tags?.["Bucket"] ?? name, "full");
}

/** What a plan takes into account beside the object and its user. */
interface Given {
  /** ARN of the policy that `spec.policyRef` names. */
  readonly policyArn: string | undefined;
  /** True when the inline policy that is there was put there by us. */
  readonly isOurs: boolean;
}

/** What must be done: what gives access goes before what takes it away, so that the user is never without. */
export function planUser(object: User, live: LiveUser | undefined, { policyArn, isOurs }: Given): UserStep[] {
  return [
    ...(live ? [] : [createUserStep(object)]),
    ...tagSteps(object, live),
    ...attachSteps(live, policyArn, formerOf(object, live, policyArn) !== undefined),
    ...putInlineSteps(object, live),
    ...detachSteps(formerOf(object, live, policyArn)),
    ...deleteInlineSteps(object, live, isOurs),
  ];
}

/** What we have put on the user and would have to take off it; a thing stays recorded until it is seen to be gone. */
export function holdings({ spec, status }: User, live: LiveUser | undefined, { policyArn, isOurs }: Given) {
  const inline = wantedInline({ spec });
  const applied = inline !== undefined && samePolicy(live?.inline, toPolicyDocument(inline));
  const attached = [status?.attachedPolicyArn, policyArn].find((arn) =>
    arn !== undefined && live?.attached.includes(arn)
  );
  const tags = live?.tags;
  const managed = tags === undefined || tags === "unsupported"
    ? []
    : [...new Set([...Object.keys(spec.tags ?? {}), ...status?.managedTags ?? []])].filter((key) =>
      Object.hasOwn(tags, key)
    ).sort();
  return {
    inlinePolicy: live?.inline !== undefined && (applied || isOurs),
    attachedPolicyArn: attached ?? null,
    managedTags: managed.length > 0 ? managed : null,
  };
}

function formerOf({ status }: User, live: LiveUser | undefined, wantedArn: string | undefined): string | undefined {
  const former = status?.attachedPolicyArn;
  return former !== undefined && former !== wantedArn && live?.attached.includes(former) ? former : undefined;
}

function createUserStep({ spec: { name } }: User): UserStep {
  return {
    action: "create",
    target: "user",
    reason: "absent",
    claims: true,
    failing: "CreationFailed",
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

const INLINE = { target: "user/inline-policy", drift: "policy" } as const;

function putInlineSteps(object: User, live: LiveUser | undefined): UserStep[] {
  const spec = wantedInline(object);
  const wanted = spec && toPolicyDocument(spec);
  if (wanted === undefined || samePolicy(live?.inline, wanted)) return [];
  const before = live?.inline;
  const event = { reason: "PolicyApplied", note: `Inline policy applied to user "${object.spec.name}"` };
  const [action, reason] = before === undefined
    ? ["create", "absent"] as const
    : ["update", "differs from the spec"] as const;
  return [{ ...INLINE, action, reason, before, after: wanted, event, apply: (scope) => putInline(scope, wanted) }];
}

/** One that we did not put there is not removed. */
function deleteInlineSteps(object: User, live: LiveUser | undefined, isOurs: boolean): UserStep[] {
  if (wantedInline(object) !== undefined || live?.inline === undefined || !isOurs) return [];
  return [{ ...INLINE, action: "delete", reason: "no longer in the spec", before: live.inline, apply: deleteInline }];
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
      throw new StalledError("PolicyInvalid", error.message, { cause: error });
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
 * Attaches the wanted managed policy; foreign attachments stay. @param keepsFormer the record is still about another
 * one
 */
function attachSteps(live: LiveUser | undefined, wantedArn: string | undefined, keepsFormer: boolean): UserStep[] {
  if (wantedArn === undefined || live?.attached.includes(wantedArn)) return [];
  return [{
    action: "create",
    target: "user/attached-policy",
    reason: "not attached",
    after: wantedArn,
    drift: "attachment",
    event: { reason: "PolicyApplied", note: "Managed policy attached" },
    async apply(scope) {
      await attach(scope, wantedArn);
      return keepsFormer ? {} : { attachedPolicyArn: wantedArn };
    },
  }];
}

function detachSteps(former: string | undefined): UserStep[] {
  if (former === undefined) return [];
  return [{
    action: "delete",
    target: "user/former-policy",
    reason: "no longer in the spec",
    before: former,
    apply: (scope) => detach(scope, former),
  }];
}

async function attach({ iam, userName: UserName, signal }: UserScope, PolicyArn: string): Promise<void> {
  try {
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }), { signal });
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

/**
 * Sets the wanted tags and removes those that we set before; foreign tags stay. A service without tags is left alone.
 */
function tagSteps({ spec, status }: User, live: LiveUser | undefined): UserStep[] {
  const wanted = spec.tags ?? {};
  if (live?.tags === "unsupported") return [];
  const current = live?.tags ?? {};
  const differing = Object.entries(wanted).filter(([key, value]) => current[key] !== value);
  const gone = (status?.managedTags ?? []).filter((key) => !Object.hasOwn(wanted, key) && Object.hasOwn(current, key));
  if (differing.length === 0 && gone.length === 0) return [];
  return [{
    action: "update",
    target: "user/tags",
    reason: "differs from the spec",
    before: current,
    after: wanted,
    independent: true,
    drift: "tags",
    async apply({ connection, iam, userName: UserName, signal }) {
      if (connection.unsupported("TagUser")) return;
      try {
        if (differing.length > 0) {
          const Tags = differing.map(([Key, Value]) => ({ Key, Value }));
          await iam.send(new TagUserCommand({ UserName, Tags }), { signal });
        }
        if (gone.length > 0) await iam.send(new UntagUserCommand({ UserName, TagKeys: gone }), { signal });
      } catch (error) {
        // Tags are not in Wasabi's IAM (docs/wasabi.md): tried once, reported as a condition, and skipped.
        if (!isNotImplemented(error)) throw error;
      }
    },
  }];
}
