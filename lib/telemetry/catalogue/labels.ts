import { type LabelDefinition, oneOf, upTo } from "./definition.ts";

/** The operator's kinds, as the cluster names them; callers give a kind as text. */
const KINDS: LabelDefinition = {
  about: "the kind, such as `Bucket`",
  values: ["Provider", "Bucket", "IAMPolicy", "User", "AccessKey", "BucketPolicy"],
};

/** Prefix of the metrics that are this operator's own. */
export const PREFIX = "wasabi_s3_operator_";

/** Labels that many metrics have. */
export const KIND = { kind: KINDS } as const;
export const CONTROLLER = {
  name: { ...KINDS, about: "the same as `controller`" },
  controller: KINDS,
} as const;
/** controller-runtime's two labels for one thing. */
export function controllerLabels(kind: string): { readonly name: string; readonly controller: string } {
  return { name: kind, controller: kind };
}
export const PROVIDER = { provider: upTo(500, "the Provider, as `namespace/name`") } as const;
/** Not `namespace`: a scrape sets that to the operator's own, and would push an object's aside. */
export const OBJECT = {
  object_namespace: { about: "namespace of the object" },
  name: { about: "name of the object" },
} as const;
export const API = { api_type: oneOf("k8s", "s3", "iam") } as const;

/** Bounds of histograms, seconds. */
export const RECONCILE_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;
export const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
export const QUEUE_BUCKETS = [0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_000] as const;
