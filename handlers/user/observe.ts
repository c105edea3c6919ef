import {
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListUserTagsCommand,
} from "@aws-sdk/client-iam";
import type { Caller, Connection } from "../../lib/aws/api.ts";
import { isNotFound, isNotImplemented } from "../../lib/aws/errors.ts";
import { answeredPolicy, type PolicyDocument } from "../../lib/aws/policy.ts";
import { isCreating } from "../creation.ts";
import type { User } from "../kinds.ts";

/** What every part of a user may touch. */
export interface UserScope {
  readonly connection: Connection;
  readonly iam: Caller<IAMClient>;
  /** The user's name at IAM. */
  readonly userName: string;
  readonly signal: AbortSignal;
}

/** An IAM user as IAM shows it. */
export interface LiveUser {
  readonly userId: string;
  readonly arn: string;
  /** The inline policy `<name>-policy`. */
  readonly inline: PolicyDocument | undefined;
  /** ARNs of the attached managed policies. */
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>> | "unsupported";
}

/** The inline policy that 0.2.x and ours put on a user. */
export function inlinePolicyName(userName: string): string {
  return `${userName}-policy`;
}

/**
 * Reads a user, and of its parts those that are asked for. `undefined` when IAM says that there is none.
 * @param parts.isKnown it was there a moment ago: all is asked for at once
 */
export async function observeUser(
  scope: UserScope,
  parts: { readonly tags: boolean; readonly isKnown: boolean },
): Promise<LiveUser | undefined> {
  const { iam, userName: UserName, signal } = scope;
  try {
    const asking = iam.send(new GetUserCommand({ UserName }), { signal });
    if (!parts.isKnown) await asking;
    const [{ User }, inline, attached, tags] = await Promise.all([
      asking,
      observeInline(scope),
      observeAttached(scope),
      parts.tags ? observeTags(scope) : {},
    ]);
    return { userId: User?.UserId ?? "", arn: User?.Arn ?? "", inline, attached, tags };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * Is it another user than the one that the status records? IAM gives each an id of its own: somebody deleted ours and
 * made one of the same name, unless our own creation is under way. What 0.2.x recorded once and never looked at again
 * tells nothing.
 */
export function isMadeAnew(object: User, { userId }: LiveUser): boolean {
  const { ownership, userId: known = "" } = object.status ?? {};
  return ownership !== undefined && known !== "" && userId !== "" && known !== userId && !isCreating(object);
}

/** The object as if it had never had a user: nothing of what the status records is on the one that is there. */
export function withoutRecord(object: User): User {
  const { userId: _id, arn: _arn, created: _created, ownership: _ownership, ...rest } = object.status ?? {};
  const { inlinePolicy: _inline, attachedPolicyArn: _attached, managedTags: _tags, ...status } = rest;
  return { ...object, status };
}

async function observeInline({ iam, userName: UserName, signal }: UserScope): Promise<PolicyDocument | undefined> {
  try {
    const command = new GetUserPolicyCommand({ UserName, PolicyName: inlinePolicyName(UserName) });
    return answeredPolicy((await iam.send(command, { signal })).PolicyDocument, "iam", "GetUserPolicy");
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function observeAttached({ iam, userName: UserName, signal }: UserScope): Promise<string[]> {
  const arns: string[] = [];
  let Marker: string | undefined;
  for (;;) {
    const page = await iam.send(new ListAttachedUserPoliciesCommand({ UserName, ...(Marker ? { Marker } : {}) }), {
      signal,
    });
    arns.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn = "" }) => PolicyArn));
    if (!page.IsTruncated) return arns;
    Marker = page.Marker;
  }
}

async function observeTags({ connection, iam, userName: UserName, signal }: UserScope): Promise<LiveUser["tags"]> {
  if (connection.unsupported("ListUserTags") || connection.unsupported("TagUser")) return "unsupported";
  try {
    const { Tags = [] } = await iam.send(new ListUserTagsCommand({ UserName }), { signal });
    return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  } catch (error) {
    if (isNotImplemented(error)) return "unsupported";
    throw error;
  }
}
