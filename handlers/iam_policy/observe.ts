import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
} from "@aws-sdk/client-iam";
import type { Caller, Connection } from "../../lib/aws/api.ts";
import { isNotFound, isNotImplemented } from "../../lib/aws/errors.ts";
import { parsePolicyDocument, type PolicyDocument } from "../../lib/aws/policy.ts";

/** What every part of a managed policy may touch. */
export interface IamPolicyScope {
  readonly connection: Connection;
  readonly iam: Caller<IAMClient>;
  readonly policyName: string;
  /** The policy's ARN as far as it is known before looking. */
  readonly arn: string | undefined;
  readonly signal: AbortSignal;
}

/** A managed policy as IAM shows it. */
export interface LivePolicy {
  readonly arn: string;
  readonly document: PolicyDocument | undefined;
  /** Versions other than the default one, the oldest first. */
  readonly otherVersions: readonly string[];
  readonly attachedUsers: readonly string[];
  /** Groups and roles that have it, which nobody but a person attached. */
  readonly attachedElsewhere: readonly string[];
  readonly tags: Readonly<Record<string, string>> | "unsupported";
}

/** Reads a managed policy, its tags only if asked for; `undefined` when IAM says that there is none. */
export async function observeIamPolicy(
  scope: IamPolicyScope,
  parts: { readonly tags: boolean },
): Promise<LivePolicy | undefined> {
  const { iam, signal } = scope;
  try {
    const arn = scope.arn ?? await findArn(scope);
    if (arn === undefined) return undefined;
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }), { signal });
    const VersionId = Policy?.DefaultVersionId;
    const [version, versions, holders, tags] = await Promise.all([
      iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }), { signal }),
      iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }), { signal }),
      observeHolders(scope, arn),
      parts.tags ? observeTags(scope, arn) : {},
    ]);
    return {
      arn,
      document: parsePolicyDocument(version.PolicyVersion?.Document),
      otherVersions: (versions.Versions ?? []).filter(({ IsDefaultVersion }) => !IsDefaultVersion)
        .map(({ VersionId = "" }) => VersionId).sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
      ...holders,
      tags,
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function observeHolders(
  { iam, signal }: IamPolicyScope,
  PolicyArn: string,
): Promise<Pick<LivePolicy, "attachedUsers" | "attachedElsewhere">> {
  const users: string[] = [];
  const attachedElsewhere: string[] = [];
  let Marker: string | undefined;
  do {
    const command = new ListEntitiesForPolicyCommand({ PolicyArn, ...(Marker ? { Marker } : {}) });
    const page = await iam.send(command, { signal });
    users.push(...(page.PolicyUsers ?? []).map(({ UserName = "" }) => UserName));
    attachedElsewhere.push(
      ...(page.PolicyGroups ?? []).map(({ GroupName }) => `group "${GroupName}"`),
      ...(page.PolicyRoles ?? []).map(({ RoleName }) => `role "${RoleName}"`),
    );
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker);
  return { attachedUsers: users.sort(), attachedElsewhere };
}

async function observeTags(
  { connection, iam, signal }: IamPolicyScope,
  PolicyArn: string,
): Promise<LivePolicy["tags"]> {
  if (connection.unsupported("ListPolicyTags") || connection.unsupported("TagPolicy")) return "unsupported";
  try {
    const { Tags = [] } = await iam.send(new ListPolicyTagsCommand({ PolicyArn }), { signal });
    return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  } catch (error) {
    if (isNotImplemented(error)) return "unsupported";
    throw error;
  }
}

/** Where the account is not known, the policy is looked up by name. */
async function findArn({ iam, policyName, signal }: IamPolicyScope): Promise<string | undefined> {
  let Marker: string | undefined;
  for (;;) {
    const page = await iam.send(new ListPoliciesCommand({ Scope: "Local", ...(Marker ? { Marker } : {}) }), { signal });
    const found = page.Policies?.find(({ PolicyName }) => PolicyName === policyName);
    if (found?.Arn) return found.Arn;
    if (!page.IsTruncated) return undefined;
    Marker = page.Marker;
  }
}
