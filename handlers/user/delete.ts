import {
  DeleteUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { hasCode, orGone } from "../../lib/aws/errors.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { UserScope } from "./observe.ts";

/** Deletes the user. What somebody else put on it is not ours to remove: the error names it (hard-bugs.md 28). */
export async function deleteUser(scope: UserScope): Promise<void> {
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
  ];
  const found = await Promise.allSettled(looks.map((look) => look()));
  return found.flatMap((each) => each.status === "fulfilled" ? each.value ?? [] : []);
}
