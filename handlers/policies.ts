import { keyOf, type ObjectMeta } from "../lib/kube/object.ts";
import type { HandlerDeps } from "./deps.ts";
import type { BucketPolicy } from "./kinds.ts";
import { isGranted, leadsTo } from "./references.ts";

/** All BucketPolicy objects that refer to a Bucket, whether they may or not. */
export function policiesFor(
  to: Pick<ObjectMeta, "namespace" | "name">,
  { stores }: Pick<HandlerDeps, "stores">,
): BucketPolicy[] {
  return stores.of("BucketPolicy").list()
    .filter(({ metadata, spec: { bucketRef } }) => leadsTo(bucketRef, { from: metadata.namespace, to }));
}

/** The BucketPolicy objects that may speak for a Bucket; one of a namespace without a grant may not. */
export function policiesOf(
  to: Pick<ObjectMeta, "namespace" | "name">,
  { stores, settings: { references } }: Pick<HandlerDeps, "stores" | "settings">,
): BucketPolicy[] {
  const bucket = stores.of("Bucket").get(keyOf(to));
  return policiesFor(to, { stores })
    .filter(({ metadata }) => bucket === undefined || isGranted(bucket, { from: metadata.namespace, references }));
}
