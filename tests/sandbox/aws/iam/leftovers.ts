import { entityExists, noSuchEntity } from "../errors.ts";
import type { Group } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { page, type QueryCall, type QueryOperation, required, userOf } from "./call.ts";

/** Groups and login profiles: just enough to stand in the way of deleting a user, and to be cleared away. */
export const leftoverOperations: Readonly<Record<string, QueryOperation>> = {
  CreateGroup: createGroup,
  DeleteGroup: deleteGroup,
  AddUserToGroup: (call) => void groupOf(call).members.add(userOf(call).name),
  RemoveUserFromGroup: removeUserFromGroup,
  ListGroupsForUser: listGroupsForUser,
  CreateLoginProfile: createLoginProfile,
  GetLoginProfile: getLoginProfile,
  DeleteLoginProfile: deleteLoginProfile,
};

function createGroup(call: QueryCall): XmlObject {
  const name = required(call, "GroupName");
  const { groups } = call.service.state;
  if (groups.has(name)) throw entityExists(`Group with name ${name}`);
  const group = { name, members: new Set<string>() };
  groups.set(name, group);
  return { Group: shownGroup(call, group) };
}

function shownGroup({ service }: QueryCall, { name }: Group): XmlObject {
  return {
    Path: "/",
    GroupName: name,
    GroupId: `AGPA${name.toUpperCase()}`,
    Arn: `arn:aws:iam::${service.state.accountId}:group/${name}`,
  };
}

function groupOf(call: QueryCall): Group {
  const name = required(call, "GroupName");
  const group = call.service.state.groups.get(name);
  if (group === undefined) throw noSuchEntity(`group with name ${name}`);
  return group;
}

function deleteGroup(call: QueryCall): void {
  call.service.state.groups.delete(groupOf(call).name);
}

function removeUserFromGroup(call: QueryCall): void {
  const { name } = userOf(call);
  if (!groupOf(call).members.delete(name)) throw noSuchEntity(`user with name ${name} in the group`);
}

function listGroupsForUser(call: QueryCall): XmlObject {
  const { name } = userOf(call);
  const groups = [...call.service.state.groups.values()].filter(({ members }) => members.has(name));
  return page(call, "Groups", groups.map((group) => shownGroup(call, group)));
}

function createLoginProfile(call: QueryCall): XmlObject {
  const user = userOf(call);
  if (user.loginProfile) throw entityExists(`Login Profile for user ${user.name}`);
  user.loginProfile = true;
  return getLoginProfile(call);
}

function getLoginProfile(call: QueryCall): XmlObject {
  const user = userOf(call);
  if (!user.loginProfile) throw noSuchEntity(`Login Profile for User ${user.name}`);
  return { LoginProfile: { UserName: user.name, CreateDate: new Date(user.created).toISOString() } };
}

function deleteLoginProfile(call: QueryCall): void {
  getLoginProfile(call);
  userOf(call).loginProfile = false;
}
