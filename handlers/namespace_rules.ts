import { StalledError } from "../lib/errors.ts";
import { matchesGlob } from "../lib/glob.ts";
import { type CustomResource, keyOf } from "../lib/kube/object.ts";
import { ownUserName } from "./bucket/children.ts";
import type { Bucket, Provider, User } from "./kinds.ts";

type Rule = NonNullable<Provider["spec"]["namespaceRules"]>[number];

/** A name at the service that an object wants for itself, and the rules' list that must have it. */
interface NameClaim {
  readonly list: Exclude<keyof Rule, "namespaces">;
  readonly name: string;
  readonly field: string;
}

/** What a pattern says for the namespace that it is read for. */
const NAMESPACE = "{namespace}";

/** How many patterns a message names. */
const MOST_SHOWN = 3;

/** The names that an object claims. A BucketPolicy and an AccessKey are for what a Bucket and a User have claimed. */
function claimsOf(object: CustomResource): NameClaim[] {
  if (object.kind === "User") return [{ list: "userNames", name: (object as User).spec.name, field: "spec.name" }];
  if (object.kind === "IAMPolicy") return [{ list: "policyNames", name: object.metadata.name, field: "metadata.name" }];
  if (object.kind !== "Bucket") return [];
  const bucket = object as Bucket;
  const userName = ownUserName(bucket);
  return [
    { list: "bucketNames", name: bucket.spec.name, field: "spec.name" },
    // Before the bucket is made, so that nothing is made by halves.
    ...(userName === undefined ? [] : [{ list: "userNames", name: userName, field: userField(bucket) } as const]),
  ];
}

function userField({ spec }: Bucket): string {
  return spec.autoManage?.userName === undefined
    ? "The user of the bucket's own (spec.autoManage)"
    : "spec.autoManage.userName";
}

/** May the object claim its names at the Provider? docs/multi-tenancy.md. */
export function mayClaim(provider: Provider, object: CustomResource): boolean {
  return claimsOf(object).every((claim) => isAllowed(provider, object, claim));
}

/** @throws StalledError `NameNotAllowed`, which names the field, what would do, and who can change that */
export function authorizeNames(provider: Provider, object: CustomResource): void {
  const refused = claimsOf(object).find((claim) => !isAllowed(provider, object, claim));
  if (refused === undefined) return;
  const { list, name, field } = refused;
  const { namespace } = object.metadata;
  const patterns = patternsFor(provider, namespace, list);
  const shown = patterns.slice(0, MOST_SHOWN).map((each) => `"${each}"`).join(", ");
  const more = patterns.length > MOST_SHOWN ? ", …" : "";
  const choice = patterns.length > 0 ? `choose one like ${shown}${more}, or let` : "let";
  throw new StalledError(
    "NameNotAllowed",
    `${field}: namespace "${namespace}" may not claim the name "${name}" at Provider ${keyOf(provider.metadata)}: ` +
      `${choice} a rule for the namespace in the Provider's spec.namespaceRules have it in ${list}`,
  );
}

/** Without rules every namespace may claim any name. */
function isAllowed(provider: Provider, { metadata }: CustomResource, { list, name }: NameClaim): boolean {
  if (provider.spec.namespaceRules === undefined) return true;
  return patternsFor(provider, metadata.namespace, list).some((pattern) => matchesGlob(pattern, name));
}

/** The patterns of one list in all rules for a namespace. */
function patternsFor(
  { spec: { namespaceRules = [] } }: Provider,
  namespace: string,
  list: NameClaim["list"],
): string[] {
  return namespaceRules
    .filter(({ namespaces }) => namespaces.some((pattern) => matchesGlob(pattern, namespace)))
    .flatMap((rule) => rule[list] ?? [])
    .map((pattern) => pattern.replaceAll(NAMESPACE, namespace));
}
