import { keyOf } from "../../lib/kube/object.ts";
import type { Loose } from "../scenarios/admin.ts";
import { valueOf } from "../scenarios/objects.ts";
import { ofKind, type Sight } from "./sight.ts";

const LEDGER = "s3.cloud37.dev/keys";
/** Names that persons gave to what they made at the service: nobody else may touch those. */
export const PERSONAL = /^person/;

/** What must be true at rest, whatever happened; returns what is not. */
export function brokenAtRest(sight: Sight): Broken[] {
  return [...leakedKeys(sight), ...orphans(sight), ...lostSecrets(sight), ...tooManyKeys(sight)];
}

/** A rule that does not hold, and how it is counted. */
export interface Broken {
  readonly rule:
    | "leaked key"
    | "orphan"
    | "lost Secret"
    | "too many keys"
    | "lost to an old object"
    | "two leaders"
    | "key made twice"
    | "seeded bug";
  readonly what: string;
}

/** The main Secret of every AccessKey that has one holds a pair that works, at any time; returns those that do not. */
export function lostSecrets(sight: Sight): Broken[] {
  const keys = [...sight.users.values()].flatMap((user) => user.keys);
  const secrets = new Map(ofKind(sight, "Secret").map((secret) => [keyOf(secret.metadata), secret]));
  const broken: Broken[] = [];
  for (const { metadata: { namespace, name, deletionTimestamp }, status } of ofKind(sight, "AccessKey")) {
    if (deletionTimestamp !== undefined) continue;
    const secret = secrets.get(keyOf({ namespace, name: `${name}-credentials` }));
    if (secret === undefined) {
      if (status?.created) broken.push({ rule: "lost Secret", what: `AccessKey ${name} has none` });
      continue;
    }
    const key = keys.find(({ id }) => id === valueOf(secret, "access-key-id"));
    const works = key?.status === "Active" && key.secret === valueOf(secret, "secret-access-key");
    if (!works) broken.push({ rule: "lost Secret", what: `the pair of AccessKey ${name} does not work` });
  }
  return broken;
}

/** Keys at IAM that neither a status nor a ledger records. */
function leakedKeys(sight: Sight): Broken[] {
  const recorded = recordsOf(sight);
  return [...sight.users].filter(([name]) => !PERSONAL.test(name)).flatMap(([name, { keys }]) =>
    keys.filter(({ id }) => !recorded.includes(id)).map(({ id }): Broken => ({
      rule: "leaked key",
      what: `${id} of user ${name}`,
    }))
  );
}

/** All that statuses and ledgers record of keys, as one text. */
export function recordsOf(sight: Pick<Sight, "objects">): string {
  const texts = [
    ...ofKind(sight, "AccessKey").map(({ status }) => recordedIn(status)),
    ...ofKind(sight, "Secret").map(ledgerOf),
  ];
  return texts.join(" ");
}

/** An intent names the keys that were there before, which records none of them. */
function recordedIn({ keyIntent: _, ...status }: Loose = {}): string {
  return JSON.stringify(status);
}

function ledgerOf({ metadata: { annotations } }: Loose): string {
  return annotations?.[LEDGER] ?? "";
}

export function tooManyKeys(
  { users }: { readonly users: ReadonlyMap<string, { readonly keys: readonly unknown[] }> },
): Broken[] {
  return [...users].filter(([, { keys }]) => keys.length > 2)
    .map(([name, { keys }]) => ({ rule: "too many keys", what: `user ${name} has ${keys.length}` }));
}

/** What is at the service and no object stands for; buckets whose object said Retain are told apart by their name. */
function orphans(sight: Sight): Broken[] {
  const { buckets, users, policies } = sight;
  const named = (kind: "Bucket" | "User") => new Set(ofKind(sight, kind).map(({ spec }) => spec.name));
  const wanted = {
    bucket: named("Bucket"),
    user: named("User"),
    policy: new Set(ofKind(sight, "IAMPolicy").map(({ metadata }) => metadata.name)),
  };
  const there = {
    bucket: [...buckets.keys()],
    user: [...users.keys()],
    policy: policies.map(({ name }) => name),
  };
  return (["bucket", "user", "policy"] as const).flatMap((what) =>
    there[what].filter((name) => !wanted[what].has(name) && !PERSONAL.test(name) && !/retained/.test(name))
      .map((name): Broken => ({ rule: "orphan", what: `${what} ${name}` }))
  );
}
