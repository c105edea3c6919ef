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

export const userSpec = {
  type: "object",
  description:
    "The IAM user that is wanted. With neither policy nor policyRef: full access to the bucket named by tag Bucket, else by the user's name.",
  required: ["providerRef", "name"],
  properties: {
    providerRef: objectRef("The Provider that the user is at."),
    name: { type: "string", minLength: 1, maxLength: 64, description: "Name of the user at IAM." },
    policy: identityPolicyDocument,
    policyRef: objectRef("An IAMPolicy that is attached to the user."),
    tags,
    allowedNamespaces,
  },
  "x-kubernetes-validations": [
    immutable("name"),
    immutable("providerRef"),
    ratcheting(
      "!has(self.policy) || !has(self.policyRef)",
      "spec.policy and spec.policyRef exclude each other: keep one",
    ),
  ],
} as const satisfies Schema;

export const userStatus = {
  type: "object",
  description: "What was seen of the user.",
  properties: {
    ...commonStatus,
    ownership,
    creating,
    provider: recordedProvider,
    userId: { type: "string", description: "Id of the user at IAM." },
    arn: { type: "string", description: "ARN of the user." },
    created: { type: "boolean", description: "True when the user is there." },
    inlinePolicy: { type: "boolean", description: "True when the operator put the inline policy on the user." },
    attachedPolicyArn: { type: "string", description: "ARN of the managed policy that the operator attached." },
    managedTags: { type: "array", items: { type: "string" }, description: "Keys of the tags that the operator set." },
  },
} as const satisfies Schema;

export const userKind: KindDefinition = {
  ...API,
  kind: "User",
  plural: "users",
  singular: "user",
  shortName: "s3user",
  description: "An IAM user with its policy.",
  spec: userSpec,
  status: userStatus,
  columns: columns(column("User", ".spec.name"), column("Provider", ".spec.providerRef.name")),
  rules: [],
};
