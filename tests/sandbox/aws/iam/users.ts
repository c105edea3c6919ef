import { deleteConflict, entityExists, limitExceeded, validationError } from "../errors.ts";
import type { Service } from "../service.ts";
import type { User } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { iamTime, members, page, type QueryCall, type QueryOperation, required, userOf } from "./call.ts";

/** Users themselves. */
export const userOperations: Readonly<Record<string, QueryOperation>> = {
  CreateUser: createUser,
  GetUser: getUser,
  ListUsers: listUsers,
  DeleteUser: deleteUser,
};

function createUser(call: QueryCall): XmlObject {
  const { service, parameters } = call;
  const name = required(call, "UserName");
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw validationError(`The specified value for userName is invalid: ${name}`);
  if (hasUser(service, name)) throw entityExists(`User with name ${name}`);
  if (service.state.users.size >= service.behaviour.limits.users) {
    throw limitExceeded("UsersPerAccount", service.behaviour.limits.users);
  }
  const user = addUser(service, name, parameters.get("Path") ?? "/");
  if (!service.behaviour.unsupported.has("TagUser")) {
    for (const { Key = "", Value = "" } of members(call, "Tags", ["Key", "Value"])) user.tags.set(Key, Value);
  }
  return { User: shownUser(user) };
}

/** Names are told apart by case, but two that differ in nothing else cannot be. */
function hasUser({ state }: Service, name: string): boolean {
  return [...state.users.keys()].some((existing) => existing.toLowerCase() === name.toLowerCase());
}

export function addUser({ state, ids, now }: Service, name: string, path = "/"): User {
  const user: User = {
    name,
    path,
    id: ids.uniqueId("AIDA"),
    arn: `arn:aws:iam::${state.accountId}:user${path}${name}`,
    created: now(),
    tags: new Map(),
    inline: new Map(),
    attached: new Set(),
    keys: [],
    loginProfile: false,
  };
  state.users.set(name, user);
  return user;
}

/** Listings do not show tags, as at IAM. */
function shownUser(user: User, { withTags = true } = {}): XmlObject {
  const tags = [...user.tags].map(([Key, Value]) => ({ Key, Value }));
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: iamTime(user.created),
    Tags: withTags && tags.length > 0 ? { member: tags } : undefined,
  };
}

/** Without a name it is about the caller; the account's root has no name. */
function getUser(call: QueryCall): XmlObject {
  const { caller, service } = call;
  if (call.parameters.has("UserName")) return { User: shownUser(userOf(call)) };
  if (caller.kind === "user") return { User: shownUser(caller.user) };
  return { User: { UserId: service.state.accountId, Arn: caller.arn, CreateDate: iamTime(0) } };
}

function listUsers(call: QueryCall): XmlObject {
  const prefix = call.parameters.get("PathPrefix") ?? "/";
  const users = [...call.service.state.users.values()]
    .filter(({ path }) => path.startsWith(prefix))
    .sort((a, b) => a.name < b.name ? -1 : 1);
  return page(call, "Users", users.map((user) => shownUser(user, { withTags: false })));
}

function deleteUser(call: QueryCall): void {
  const user = userOf(call);
  const left = leftovers(call.service, user);
  if (left !== undefined) throw deleteConflict(`Cannot delete entity, must ${left} first.`);
  call.service.state.users.delete(user.name);
}

/** What stands in the way of deleting the user, as IAM says it. */
function leftovers({ state }: Service, user: User): string | undefined {
  if (user.keys.length > 0) return "delete access keys";
  if (user.inline.size > 0) return "delete policies";
  if (user.attached.size > 0) return "detach all policies";
  if (user.loginProfile) return "delete login profile";
  const isMember = [...state.groups.values()].some(({ members }) => members.has(user.name));
  return isMember ? "remove users from group" : undefined;
}
