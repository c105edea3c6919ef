import { createHash } from "node:crypto";

/** Every name of ours that lives in a cluster, but those of the kinds. They are API: none is ever changed. */
const PREFIX = "s3.cloud37.dev/";
export const FINALIZER = `${PREFIX}finalizer`;
export const OPERATOR = "wasabi-s3-operator";

export const LABELS = {
  managedBy: `${PREFIX}managed-by`,
  resourceType: `${PREFIX}resource-type`,
  previousSecret: `${PREFIX}previous-secret`,
  accessKeyName: `${PREFIX}access-key-name`,
  rotatedAt: `${PREFIX}rotated-at`,
} as const;

export const ANNOTATIONS = {
  adopt: `${PREFIX}adopt`,
  abandon: `${PREFIX}abandon`,
  rotateAt: `${PREFIX}rotate-at`,
  discardKey: `${PREFIX}discard-key`,
  paused: `${PREFIX}paused`,
  reconcileAt: `${PREFIX}reconcile-at`,
  driftInterval: `${PREFIX}drift-interval`,
  keys: `${PREFIX}keys`,
  allowedNamespaces: `${PREFIX}allowed-namespaces`,
  /** W3C `traceparent` that an object's first passes go on from: a person's, its Bucket's, or that of its very first. */
  traceparent: `${PREFIX}traceparent`,
  /** Set by the patch that strips the old operator's finalizer. */
  takenOver: `${PREFIX}taken-over`,
} as const;

/** The finalizer and the annotations that the Python operator's framework leaves behind. */
export const OLD_FINALIZER = "kopf.zalando.org/KopfFinalizerMarker";
export const OLD_ANNOTATION_PREFIX = "kopf.zalando.org/";

/** A label value of at most 63 characters: a longer name becomes its first 54, `-` and 8 hex digits of its SHA-256. */
export function labelValue(name: string): string {
  if (name.length <= 63) return name;
  return `${name.slice(0, 54)}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** The names of what an auto-managed Bucket makes. */
export const childName = {
  user: (bucket: string) => `${bucket}-user`,
  accessKey: (bucket: string) => `${bucket}-accesskey`,
  policy: (bucket: string) => `${bucket}-policy`,
} as const;

/** The names of an AccessKey's Secrets: of its pair, of a new one until it is proven, of an old one that is kept. */
export const credentialsName = {
  main: (accessKey: string) => `${accessKey}-credentials`,
  next: (accessKey: string) => `${accessKey}-credentials-next`,
  /** @param at `yyyymmddhhmmss` */
  previous: (accessKey: string, at: string) => `${accessKey}-credentials-previous-${at}`,
} as const;
