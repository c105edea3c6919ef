import { limitExceeded, validationError } from "../errors.ts";
import type { XmlObject } from "../xml.ts";
import { members, page, policyOf, type QueryCall, type QueryOperation, userOf } from "./call.ts";

/** Tags on users and managed policies; Wasabi has neither (docs/wasabi.md). */
export const tagOperations: Readonly<Record<string, QueryOperation>> = {
  TagUser: (call) => tag(call, userOf(call).tags),
  UntagUser: (call) => untag(call, userOf(call).tags),
  ListUserTags: (call) => list(call, userOf(call).tags),
  TagPolicy: (call) => tag(call, policyOf(call).tags),
  UntagPolicy: (call) => untag(call, policyOf(call).tags),
  ListPolicyTags: (call) => list(call, policyOf(call).tags),
};

const MOST_TAGS = 50;

function tag(call: QueryCall, tags: Map<string, string>): void {
  const given = members(call, "Tags", ["Key", "Value"]);
  for (const { Key = "" } of given) {
    if (Key === "" || Key.toLowerCase().startsWith("aws:")) throw validationError(`Invalid tag key: ${Key}`);
  }
  const added = given.filter(({ Key = "" }) => !tags.has(Key));
  if (tags.size + added.length > MOST_TAGS) throw limitExceeded("TagsPerResource", MOST_TAGS);
  for (const { Key = "", Value = "" } of given) tags.set(Key, Value);
}

function untag(call: QueryCall, tags: Map<string, string>): void {
  for (const { "": key = "" } of members(call, "TagKeys", [""])) tags.delete(key);
}

function list(call: QueryCall, tags: Map<string, string>): XmlObject {
  return page(call, "Tags", [...tags].map(([Key, Value]) => ({ Key, Value })));
}
