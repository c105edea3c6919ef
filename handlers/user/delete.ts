import {
  DeleteUserCommand,
  GetLoginProfileCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { hasCode, orGone } from "../../lib/aws/errors.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { User } from "../kinds.ts";
import type { Ownership } from "../ownership.ts";
import type { LiveUser, UserScope } from "./observe.ts";
import { deleteInline, detach, type UserStep } from "./plan.ts";

const REASON = "its object is deleted";

/** What we put on the user goes; the user itself only where we made it. */
export function planUserDeletion({ spec, status }: User, live: LiveUser, ownership: Ownership): UserStep[] {
  const created = ownership === "Created";
  const inline: UserStep[] = live.inline !== undefined && (status?.inlinePolicy ?? created)
    ? [{ action: "delete", target: "user/inline-policy", reason: REASON, apply: deleteInline }]
    : [];
  // 0.2.x did not record what it attached, and neither does a pass that is cut off.
  const ours = (arn: string) =>
    arn === status?.attachedPolicyArn || (created && arn.endsWith(`/${spec.policyRef?.name}`));
  const attached = live.attached.filter(ours).map((arn): UserStep => (
    { action: "delete", target: "user/attached-policy", reason: REASON, apply: (scope) => detach(scope, arn) }
  ));
  const user: UserStep[] = created ? [{ action: "delete", target: "user", reason: REASON, apply: deleteUser }] : [];
  return [...inline, ...attached, ...user];
}

/** Deletes the user. What somebody else put on it is not ours to remove: the error names it. */
async function deleteUser(scope: UserScope): Promise<void> {
  const { iam, userName: UserName, signal } = scope;
  try {
    await iam.send(new DeleteUserCommand({ UserName }), { signal, priority: "high" }).catch(orGone);
  } catch (error) {
    if (!hasCode(error, "DeleteConflict")) throw error;
    const left = await leftovers(scope);
    const what = left.length > 0 ? left.join(", ") : "something that was not made by this operator";
    throw new BlockedError(
      "DeletionBlocked",
      `User "${UserName}" still has ${what}: remove it, or annotate the object to abandon it`,
      {
        cause: error,
      },
    );
  }
}

/** What keeps IAM from deleting a user, in words; key ids masked. */
async function leftovers({ iam, userName: UserName, signal }: UserScope): Promise<string[]> {
  const looks = [
    async () =>
      (await iam.send(new ListAccessKeysCommand({ UserName }), { signal })).AccessKeyMetadata?.map((
        { AccessKeyId = "" },
      ) => `access key …${AccessKeyId.slice(-4)}`),
    async () =>
      (await iam.send(new ListUserPoliciesCommand({ UserName }), { signal })).PolicyNames?.map((name) =>
        `inline policy "${name}"`
      ),
    async () =>
      (await iam.send(new ListAttachedUserPoliciesCommand({ UserName }), { signal })).AttachedPolicies?.map((
        { PolicyName },
      ) => `attached policy "${PolicyName}"`),
    async () =>
      (await iam.send(new ListGroupsForUserCommand({ UserName }), { signal })).Groups?.map(({ GroupName }) =>
        `group "${GroupName}"`
      ),
    async () =>
      (await iam.send(new GetLoginProfileCommand({ UserName }), { signal })).LoginProfile && ["a login profile"],
  ];
  const found = await Promise.allSettled(looks.map((look) => look()));
  return found.flatMap((each) => each.status === "fulfilled" ? each.value ?? [] : []);
}
