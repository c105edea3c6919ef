import type { CustomResource } from "../../lib/kube/object.ts";
import type { Stores } from "../deps.ts";
import type { Provider } from "../kinds.ts";
import { leadsTo, type Reference } from "../references.ts";

/**
 * Objects that reach a Provider: by providerRef, or by what their status recorded (a BucketPolicy has no reference of
 * its own).
 */
export function dependantsOf({ metadata }: Provider, stores: Stores): CustomResource[] {
  const uses = (reference: Reference | undefined, from: string) => leadsTo(reference, { from, to: metadata });
  const referring = [
    ...stores.of("Bucket").list(),
    ...stores.of("User").list(),
    ...stores.of("IAMPolicy").list(),
    ...stores.of("AccessKey").list(),
  ].filter((object) => uses(object.spec.providerRef, object.metadata.namespace));
  const policies = stores.of("BucketPolicy").list().filter((object) =>
    uses(object.status?.provider, object.metadata.namespace)
  );
  return [...referring, ...policies];
}
