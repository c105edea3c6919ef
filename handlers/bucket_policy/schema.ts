import {
  bucketPolicyDocument,
  column,
  columns,
  commonStatus,
  creating,
  immutable,
  objectRef,
  ownership,
  recordedProvider,
} from "../../lib/crd/fragments.ts";
import type { KindDefinition } from "../../lib/crd/kind.ts";
import type { Schema } from "../../lib/crd/schema.ts";
import { API } from "../api_group.ts";

export const bucketPolicySpec = {
  type: "object",
  description: "The policy that is wanted on a bucket.",
  required: ["bucketRef", "policy"],
  properties: { bucketRef: objectRef("The Bucket object."), policy: bucketPolicyDocument },
  "x-kubernetes-validations": [immutable("bucketRef")],
} as const satisfies Schema;

export const bucketPolicyStatus = {
  type: "object",
  description: "What was seen of the policy.",
  properties: {
    ...commonStatus,
    ownership,
    creating,
    provider: recordedProvider,
    applied: { type: "boolean", description: "True when the bucket has the policy." },
    bucketName: { type: "string", description: "Name of the bucket at the service." },
  },
} as const satisfies Schema;

export const bucketPolicyKind: KindDefinition = {
  ...API,
  kind: "BucketPolicy",
  plural: "bucketpolicies",
  singular: "bucketpolicy",
  shortName: "s3policy",
  description: "A policy on a bucket.",
  spec: bucketPolicySpec,
  status: bucketPolicyStatus,
  columns: columns(column("Bucket", ".spec.bucketRef.name"), column("Provider", ".status.provider.name")),
  rules: [],
};
