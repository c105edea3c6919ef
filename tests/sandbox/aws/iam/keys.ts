import { limitExceeded, noSuchEntity, validationError } from "../errors.ts";
import { findKey } from "../authenticate.ts";
import type { Service } from "../service.ts";
import type { AccessKey, User } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { iamTime, page, type QueryCall, type QueryOperation, required, userOrCaller } from "./call.ts";

/** Access keys. */
export const keyOperations: Readonly<Record<string, QueryOperation>> = {
  CreateAccessKey: createAccessKey,
  ListAccessKeys: listAccessKeys,
  UpdateAccessKey: updateAccessKey,
  DeleteAccessKey: deleteAccessKey,
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
};

function createAccessKey(call: QueryCall): XmlObject {
  const user = userOrCaller(call);
  const limit = call.service.behaviour.limits.keysPerUser;
  if (user.keys.length >= limit) throw limitExceeded("AccessKeysPerUser", limit);
  const key = addKey(call.service, user);
  return { AccessKey: { ...shownKey(user, key), SecretAccessKey: key.secret } };
}

export function addKey({ ids, now }: Service, user: User, given: Partial<AccessKey> = {}): AccessKey {
  const key: AccessKey = {
    id: ids.accessKeyId(),
    secret: ids.secretAccessKey(),
    status: "Active",
    created: now(),
    ...given,
  };
  user.keys.push(key);
  return key;
}

function shownKey(user: User, key: AccessKey): XmlObject {
  return { UserName: user.name, AccessKeyId: key.id, Status: key.status, CreateDate: iamTime(key.created) };
}

function listAccessKeys(call: QueryCall): XmlObject {
  const user = userOrCaller(call);
  return page(call, "AccessKeyMetadata", user.keys.map((key) => shownKey(user, key)));
}

function updateAccessKey(call: QueryCall): void {
  const status = required(call, "Status");
  if (status !== "Active" && status !== "Inactive") throw validationError("Status must be Active or Inactive");
  keyOf(call, userOrCaller(call)).status = status;
}

function deleteAccessKey(call: QueryCall): void {
  const user = userOrCaller(call);
  user.keys.splice(user.keys.indexOf(keyOf(call, user)), 1);
}

function keyOf(call: QueryCall, user: User): AccessKey {
  const id = required(call, "AccessKeyId");
  const key = user.keys.find((candidate) => candidate.id === id);
  if (key === undefined) throw noSuchEntity(`Access Key with id ${id}`);
  return key;
}

function getAccessKeyLastUsed(call: QueryCall): XmlObject {
  const id = required(call, "AccessKeyId");
  const found = findKey(call.service, id);
  if (found === undefined) throw noSuchEntity(`Access Key with id ${id}`);
  const { user, key } = found;
  const used = key.lastUsed;
  return {
    UserName: user.name,
    AccessKeyLastUsed: used === undefined
      ? { ServiceName: "N/A", Region: "N/A" }
      : { LastUsedDate: iamTime(used.time), ServiceName: used.service, Region: used.region },
  };
}
