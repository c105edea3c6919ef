import { keyOf } from "../../lib/kube/object.ts";
import type { HandlerDeps, Stores } from "../deps.ts";
import type { Bucket, Provider } from "../kinds.ts";
import { childName } from "../names.ts";
import { isControlledBy, isDeleting } from "../objects.ts";
import { policiesOf } from "../policies.ts";
import { authorizeReference, type Reference, resolve } from "../references.ts";
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

/** Other Bucket objects for the same bucket: the same name at the same endpoint. */
export function rivalsOf(object: Bucket, stores: Stores): Bucket[] {
  const endpoint = endpointOf(object.spec.providerRef, object.metadata.namespace, stores);
  return stores.of("Bucket").list().filter(({ metadata, spec }) =>
    spec.name === object.spec.name && metadata.uid !== object.metadata.uid &&
    endpointOf(spec.providerRef, metadata.namespace, stores) === endpoint
  );
}

function endpointOf(reference: Reference, from: string, stores: Stores): string | undefined {
  const provider: Provider | undefined = stores.of("Provider").get(keyOf(resolve(reference, from)));
  return provider && URL.canParse(provider.spec.endpoint)
    ? new URL(provider.spec.endpoint).host
    : provider?.spec.endpoint;
}
