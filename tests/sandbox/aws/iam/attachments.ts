import { limitExceeded, noSuchEntity } from "../errors.ts";
import type { XmlObject } from "../xml.ts";
import { page, policyOf, type QueryCall, type QueryOperation, required, userOf } from "./call.ts";
import { attachedUsers } from "./policies.ts";

/** Managed policies on users. */
export const attachmentOperations: Readonly<Record<string, QueryOperation>> = {
  AttachUserPolicy: attach,
  DetachUserPolicy: detach,
  ListAttachedUserPolicies: listAttached,
  ListEntitiesForPolicy: listEntities,
};

/** Attaching twice is fine. */
function attach(call: QueryCall): void {
  const user = userOf(call);
  const policy = policyOf(call);
  const limit = call.service.behaviour.limits.attachedPolicies;
  if (!user.attached.has(policy.arn) && user.attached.size >= limit) throw limitExceeded("PoliciesPerUser", limit);
  user.attached.add(policy.arn);
}

function detach(call: QueryCall): void {
  const arn = required(call, "PolicyArn");
  if (!userOf(call).attached.delete(arn)) throw noSuchEntity(`policy ${arn} attached to the user`);
}

function listAttached(call: QueryCall): XmlObject {
  const attached = [...userOf(call).attached].sort();
  return page(call, "AttachedPolicies", attached.map((arn) => ({ PolicyName: arn.split("/").at(-1), PolicyArn: arn })));
}

/** Groups and roles have no managed policies here. */
function listEntities(call: QueryCall): XmlObject {
  const { state } = call.service;
  const users = attachedUsers(call.service, policyOf(call).arn);
  const shown = users.map((name) => ({ UserName: name, UserId: state.users.get(name)?.id }));
  return { ...page(call, "PolicyUsers", shown), PolicyGroups: "", PolicyRoles: "" };
}
