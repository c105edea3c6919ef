import type { Behaviour } from "../options.ts";
import type { Bucket, State } from "../state.ts";
import { isRecord } from "./document.ts";

/** The policy as the service shows it: users who are gone by their unique ids, the rest as `policyEcho` says. */
export function echoPolicy(bucket: Bucket, state: State, echo: Behaviour["policyEcho"]): string {
  let text = bucket.policy ?? "";
  const users = [...state.users.values()];
  for (const [arn, id] of bucket.policyPrincipals) {
    if (!users.some((user) => user.arn === arn && user.id === id)) text = text.replaceAll(`"${arn}"`, `"${id}"`);
  }
  if (echo === "sent") return text;
  const document: unknown = JSON.parse(text);
  return JSON.stringify(echo === "collapsed" ? collapsed(document) : shuffled(document));
}

function collapsed(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => collapsed(item));
    return items.length === 1 && key !== "Statement" ? items[0] : items;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, collapsed(child, name)]));
}

/** Reversed lists and keys, and lists of one in place of scalars. */
function shuffled(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item)).reverse();
  if (key === "Principal" && value === "*") return { AWS: "*" };
  if (["Action", "Resource", "AWS"].includes(key)) return [value];
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, shuffled(child, name)]).reverse());
}
