import { allowedNamespaces, column, columns, commonStatus, secretRef } from "../../lib/crd/fragments.ts";
import type { KindDefinition } from "../../lib/crd/kind.ts";
import type { Schema } from "../../lib/crd/schema.ts";
import { API } from "../api_group.ts";

/** Patterns of names; `characters` are those that the names may have. */
function namePatterns<const D extends string>(description: D, characters: string) {
  return {
    type: "array",
    description,
    items: { type: "string", minLength: 1, maxLength: 128, pattern: `^(${characters}|\\*|\\{namespace\\})+$` },
    maxItems: 64,
    "x-kubernetes-list-type": "set",
  } as const satisfies Schema;
}

const namespaceRule = {
  type: "object",
  description: "A rule. A kind of name that it does not list, it allows none of.",
  required: ["namespaces"],
  properties: {
    namespaces: {
      type: "array",
      description: 'Namespaces that it is for; "*" stands for any run of characters.',
      items: { type: "string", minLength: 1, maxLength: 63, pattern: "^[a-z0-9*-]+$" },
      minItems: 1,
      maxItems: 256,
      "x-kubernetes-list-type": "set",
    },
    bucketNames: namePatterns("Buckets (spec.name).", "[a-z0-9.-]"),
    userNames: namePatterns(
      "IAM users (spec.name of a User), those that a Bucket makes included (spec.autoManage.userName, else its spec.name).",
      "[A-Za-z0-9_+=,.@-]",
    ),
    policyNames: namePatterns("Managed policies (metadata.name of an IAMPolicy).", "[a-z0-9.-]"),
  },
} as const satisfies Schema;

export const providerSpec = {
  type: "object",
  description: "An S3 service with its credentials.",
  required: ["type", "endpoint", "region", "auth"],
  properties: {
    type: { type: "string", enum: ["wasabi"], default: "wasabi", description: "Kind of service." },
    endpoint: {
      type: "string",
      format: "uri",
      description: "URL of the S3 service, such as https://s3.eu-central-2.wasabisys.com.",
    },
    region: { type: "string", description: "Region that requests are signed for, such as eu-central-2." },
    auth: {
      type: "object",
      description: "Credentials of the operator at this service.",
      required: ["accessKeySecretRef", "secretKeySecretRef"],
      properties: {
        accessKeySecretRef: secretRef("Where the access key id is.", "access-key"),
        secretKeySecretRef: secretRef("Where the secret access key is.", "secret-key"),
        sessionTokenSecretRef: secretRef("Where the session token is, for temporary credentials.", "session-token"),
      },
    },
    tls: {
      type: "object",
      description: "How the service's certificate is checked.",
      properties: {
        insecureSkipVerify: {
          type: "boolean",
          default: false,
          description: "Accepts any certificate; for tests only.",
        },
        caCertSecretRef: secretRef("Where the PEM certificate of the service's own authority is.", "ca.crt"),
      },
    },
    pathStyle: {
      type: "boolean",
      default: true,
      description: "Puts the bucket into the path rather than the host name.",
    },
    iamEndpoint: {
      type: "string",
      format: "uri",
      description:
        "URL of the IAM service, such as https://iam.wasabisys.com; needed for users, keys and IAM policies.",
    },
    iamRegion: { type: "string", description: "Region that IAM requests are signed for; us-east-1 if absent." },
    retry: {
      type: "object",
      description: "How often a call is repeated that may be repeated.",
      properties: {
        maxAttempts: { type: "integer", minimum: 1, maximum: 10, default: 3, description: "Attempts in all." },
        backoffStrategy: {
          type: "string",
          enum: ["exponential", "linear"],
          default: "exponential",
          description: "How the wait between attempts grows.",
        },
      },
    },
    allowedNamespaces,
    namespaceRules: {
      type: "array",
      description: "Names that each namespace may claim at the service; without rules any. With rules, those that a " +
        'rule for the namespace allows, and no others, also in the Provider\'s own namespace. In a pattern "*" stands ' +
        "for any run of characters, and {namespace} for the namespace of the object.",
      items: namespaceRule,
      minItems: 1,
      maxItems: 64,
      "x-kubernetes-list-type": "atomic",
    },
  },
} as const satisfies Schema;

export const providerStatus = {
  type: "object",
  description: "What was seen of the service.",
  properties: {
    ...commonStatus,
    connected: { type: "boolean", description: "True when endpoint and credentials work." },
    lastConnectTime: { type: "string", description: "When they last began to work." },
    accountId: { type: "string", description: "Account of the credentials, where IAM tells it." },
    callerArn: { type: "string", description: "The operator's own user, which it never touches." },
    inUseBy: { type: "integer", description: "Objects that keep the Provider from being deleted." },
  },
} as const satisfies Schema;

export const providerKind: KindDefinition = {
  ...API,
  kind: "Provider",
  plural: "providers",
  singular: "provider",
  shortName: "s3prov",
  description: "An S3 and IAM service, with the credentials that the operator uses there.",
  spec: providerSpec,
  status: providerStatus,
  columns: columns(column("Endpoint", ".spec.endpoint"), column("Region", ".spec.region")),
  rules: [],
};
