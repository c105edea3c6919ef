import {
  allowedNamespaces,
  column,
  columns,
  commonStatus,
  creating,
  identityPolicyDocument,
  immutable,
  objectRef,
  ownership,
  ratcheting,
  recordedProvider,
  tags,
} from "../../lib/crd/fragments.ts";
import type { KindDefinition } from "../../lib/crd/kind.ts";
import type { Schema } from "../../lib/crd/schema.ts";
import { API } from "../api_group.ts";

export const iamPolicySpec = {
  type: "object",
  description: "The managed policy that is wanted; at IAM it is named after this object.",
  required: ["providerRef", "policy"],
  properties: {
    providerRef: objectRef("The Provider that the policy is at."),
    policy: identityPolicyDocument,
    tags,
    allowedNamespaces,
  },
  "x-kubernetes-validations": [immutable("providerRef")],
} as const satisfies Schema;

export const iamPolicyStatus = {
  type: "object",
  description: "What was seen of the policy.",
  properties: {
    ...commonStatus,
    ownership,
    creating,
    provider: recordedProvider,
    policyArn: { type: "string", description: "ARN of the policy." },
    applied: { type: "boolean", description: "True when IAM has the document." },
    attachedUsers: { type: "array", items: { type: "string" }, description: "Users that have the policy." },
    managedTags: { type: "array", items: { type: "string" }, description: "Keys of the tags that the operator set." },
  },
} as const satisfies Schema;

export const iamPolicyKind: KindDefinition = {
  ...API,
  kind: "IAMPolicy",
  plural: "iampolicies",
  singular: "iampolicy",
  shortName: "iamp",
  description: "A managed IAM policy.",
  spec: iamPolicySpec,
  status: iamPolicyStatus,
  columns: columns(column("ARN", ".status.policyArn"), column("Provider", ".spec.providerRef.name")),
  rules: [
    ratcheting(
      "size(self.metadata.name) <= 128",
      "metadata.name has at most 128 characters: it is the policy's name at IAM",
    ),
  ],
};
