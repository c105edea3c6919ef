import { keyOf, type ObjectMeta } from "../lib/kube/object.ts";
import type { HandlerDeps } from "./deps.ts";
import type { BucketPolicy } from "./kinds.ts";
import { isGranted, namespaceOf } from "./references.ts";

/** The BucketPolicy objects that may speak for a Bucket; one of a namespace without a grant may not. */
export function policiesOf(
  { namespace, name }: Pick<ObjectMeta, "namespace" | "name">,
  { stores, settings }: Pick<HandlerDeps, "stores" | "settings">,
): BucketPolicy[] {
  const bucket = stores.of("Bucket").get(keyOf({ namespace, name }));
  return stores.of("BucketPolicy").list().filter(({ metadata, spec: { bucketRef } }) =>
    bucketRef.name === name && namespaceOf(bucketRef, metadata.namespace) === namespace &&
    (bucket === undefined || isGranted(bucket, { from: metadata.namespace, references: settings.references }))
  );
}
