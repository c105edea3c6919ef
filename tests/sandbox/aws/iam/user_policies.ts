import { limitExceeded, noSuchEntity } from "../errors.ts";
import { validateIdentityPolicy } from "../policy/validate.ts";
import type { XmlObject } from "../xml.ts";
import { page, type QueryCall, type QueryOperation, required, userOf } from "./call.ts";

/** Inline policies of users. */
export const userPolicyOperations: Readonly<Record<string, QueryOperation>> = {
  PutUserPolicy: putUserPolicy,
  GetUserPolicy: getUserPolicy,
  ListUserPolicies: listUserPolicies,
  DeleteUserPolicy: deleteUserPolicy,
};

function putUserPolicy(call: QueryCall): void {
  const user = userOf(call);
  const name = required(call, "PolicyName");
  const document = required(call, "PolicyDocument");
  validateIdentityPolicy(document);
  const others = [...user.inline].filter(([other]) => other !== name).map(([, text]) => text);
  const limit = call.service.behaviour.limits.inlinePolicySize;
  if ([...others, document].reduce((sum, text) => sum + sizeOf(text), 0) > limit) {
    throw limitExceeded(`maximum policy size for user ${user.name}, bytes`, limit);
  }
  user.inline.set(name, document);
}

/** White space does not count. */
export function sizeOf(document: string): number {
  return document.replace(/\s/g, "").length;
}

function getUserPolicy(call: QueryCall): XmlObject {
  const user = userOf(call);
  const name = required(call, "PolicyName");
  const document = user.inline.get(name);
  if (document === undefined) throw noSuchEntity(`user policy with name ${name}`);
  return { UserName: user.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
}

function listUserPolicies(call: QueryCall): XmlObject {
  return page(call, "PolicyNames", [...userOf(call).inline.keys()].sort());
}

function deleteUserPolicy(call: QueryCall): void {
  const name = required(call, "PolicyName");
  if (!userOf(call).inline.delete(name)) throw noSuchEntity(`user policy with name ${name}`);
}
