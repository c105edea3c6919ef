import type { Loose } from "../scenarios/admin.ts";
import type { Sight } from "./sight.ts";

/** Differ from run to run, or say only when something was: not part of what is compared. */
const PASSING = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "managedFields",
  "generation",
  "observedGeneration",
  "lastTransitionTime",
  "lastSyncTime",
  "lastConnectTime",
  "keyIntent",
  "created",
  "updated",
  "id",
  "userId",
  "policyPrincipals",
  "lastUsed",
  "nextVersion",
  "defaultVersion",
  // Is set where nothing was there yet, which a failure that is over may have changed.
  "creating",
  // Is recorded only while older keys wait to go.
  "provenKeyId",
]);

/** Both sides as text that is equal for equal states: without times, ids and secrets, but for which is whose. */
export function snapshot({ objects, buckets, users, policies }: Sight): string[] {
  const keys = [...users.values()].flatMap((user) => user.keys);
  const tidy = tidier(keys.toSorted((a, b) => a.created - b.created));
  const lines: string[] = [];
  for (const object of objects) {
    const { kind, metadata: { name } } = object;
    lines.push(...flat(`${kind} ${tidy(name)}`, readable(object), tidy));
  }
  for (const [name, bucket] of buckets) lines.push(...flat(`bucket ${name}`, bucket, tidy));
  for (const [name, user] of users) lines.push(...flat(`user ${name}`, user, tidy));
  for (const { name, document, tags } of policies) lines.push(...flat(`policy ${name}`, { document, tags }, tidy));
  return lines.sort();
}

/** Lines that are in one of the states alone. */
export function difference(expected: readonly string[], actual: readonly string[]): string[] {
  const [was, is] = [new Set(expected), new Set(actual)];
  return [
    ...expected.filter((line) => !is.has(line)).map((line) => `missing: ${line}`),
    ...actual.filter((line) => !was.has(line)).map((line) => `too much: ${line}`),
  ];
}

/** A Secret's values in clear; annotations that hold JSON as their text. */
function readable(object: Loose): Loose {
  if (object.kind !== "Secret") return object;
  const data = Object.fromEntries(Object.entries(object.data ?? {}).map(([key, value]) => [key, atob(String(value))]));
  return { ...object, data };
}

function flat(path: string, value: Loose, tidy: (text: string) => string): string[] {
  if (value === undefined || value === null) return [];
  if (value instanceof Map) return flat(path, Object.fromEntries(value), tidy);
  if (value instanceof Set) return flat(path, [...value].sort(), tidy);
  if (value instanceof Uint8Array) return [`${path} = ${value.length} bytes`];
  if (Array.isArray(value)) {
    const items = value.map((each) => flat("", each, tidy).sort().join("; "));
    return items.sort().map((item, index) => `${path}[${index}] = ${item}`);
  }
  if (typeof value === "object") {
    return Object.entries(value).filter(([key]) => !PASSING.has(key))
      .flatMap(([key, each]) => flat(`${path}.${tidy(key)}`, each, tidy));
  }
  return [`${path} = ${tidy(String(value))}`];
}

/** Replaces what no two runs share: times, uids, and the ids and secrets of keys by their rank at IAM. */
function tidier(keys: readonly { readonly id: string; readonly secret: string }[]): (text: string) => string {
  const names = new Map(
    keys.flatMap(({ id, secret }, rank) => [[id, `KEY${rank}`], [secret, `SECRET${rank}`]] as const),
  );
  return (text) => {
    let tidied = text;
    for (const [known, name] of names) tidied = tidied.replaceAll(known, name);
    return tidied
      .replaceAll(/AKIA\w{16}/g, "NO KEY")
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
      .replaceAll(/\b\d{14}\b/g, "STAMP")
      .replaceAll(/\b(AIDA|ANPA)\w{16,17}\b/g, "$1");
  };
}
