import { keyOf, type ObjectMeta } from "../lib/kube/object.ts";
import type { HandlerDeps } from "./deps.ts";
import type { BucketPolicy } from "./kinds.ts";
import { isGranted, leadsTo } from "./references.ts";

/** The BucketPolicy objects that may speak for a Bucket; one of a namespace without a grant may not. */
export function policiesOf(
  to: Pick<ObjectMeta, "namespace" | "name">,
  { stores, settings }: Pick<HandlerDeps, "stores" | "settings">,
): BucketPolicy[] {
  const bucket = stores.of("Bucket").get(keyOf(to));
  return stores.of("BucketPolicy").list().filter(({ metadata, spec: { bucketRef } }) =>
    leadsTo(bucketRef, { from: metadata.namespace, to }) &&
    (bucket === undefined || isGranted(bucket, { from: metadata.namespace, references: settings.references }))
  );
}
