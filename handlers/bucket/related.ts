import { keyOf } from "../../lib/kube/object.ts";
import { isOfOneAccount } from "../accounts.ts";
import type { HandlerDeps, Stores } from "../deps.ts";
import type { Bucket, Provider } from "../kinds.ts";
import { childName } from "../names.ts";
import { isControlledBy, isDeleting } from "../objects.ts";
import { policiesOf } from "../policies.ts";
import { authorizeReference, resolve } from "../references.ts";
import type { Children } from "./children.ts";

/**
 * What the cluster holds for a Bucket. A deletion needs no grant any more.
 * @throws StalledError `ReferenceNotGranted` for `spec.userRef`
 */
export function readChildren(object: Bucket, { stores, settings }: Pick<HandlerDeps, "stores" | "settings">): Children {
  const { metadata: { namespace, name }, spec: { userRef } } = object;
  const givenUser = userRef && stores.of("User").get(keyOf(resolve(userRef, namespace)));
  if (givenUser && !isDeleting(object)) {
    authorizeReference(givenUser, { from: namespace, field: "spec.userRef", references: settings.references });
  }
  return {
    user: stores.of("User").get(keyOf({ namespace, name: childName.user(name) })),
    accessKey: stores.of("AccessKey").get(keyOf({ namespace, name: childName.accessKey(name) })),
    policy: stores.of("BucketPolicy").get(keyOf({ namespace, name: childName.policy(name) })),
    givenUser,
    hasOwnPolicy: policiesOf(object.metadata, { stores, settings }).some((policy) =>
      !isControlledBy(policy, object) && !isDeleting(policy)
    ),
  };
}

/** Other Bucket objects for the same bucket: the same name at the same endpoint, or in one account by another endpoint. */
export function rivalsOf(object: Bucket, stores: Stores): Bucket[] {
  const mine = providerOf(object, stores);
  return stores.of("Bucket").list().filter((other) => {
    if (other.spec.name !== object.spec.name || other.metadata.uid === object.metadata.uid) return false;
    const theirs = providerOf(other, stores);
    return hostOf(theirs) === hostOf(mine) || isOfOneAccount(theirs, mine);
  });
}

function providerOf({ spec, metadata }: Bucket, stores: Stores): Provider | undefined {
  return stores.of("Provider").get(keyOf(resolve(spec.providerRef, metadata.namespace)));
}

function hostOf(provider: Provider | undefined): string | undefined {
  const { endpoint = "" } = provider?.spec ?? {};
  return URL.canParse(endpoint) ? new URL(endpoint).host : provider?.spec.endpoint;
}
