import type { Column } from "./kind.ts";
import type { Rule, Schema } from "./schema.ts";

/** A rule that a value never changes; kept on the parent, so that removing the field breaks it too. */
export function immutable(field: string): Rule {
  return {
    rule: `self.${field} == oldSelf.${field}`,
    message: `spec.${field} is immutable: delete the object and make a new one`,
  };
}

/** A rule across fields that lets a stored object which breaks it already be edited. `condition` uses `self`. */
export function ratcheting(condition: string, message: string): Rule {
  const was = condition.replaceAll("self.", "oldSelf.value().");
  return { rule: `(${condition}) || (oldSelf.hasValue() && !(${was}))`, message, optionalOldSelf: true };
}

/** A reference to another object of ours. */
export function objectRef<const D extends string>(description: D) {
  return {
    type: "object",
    description,
    required: ["name"],
    properties: {
      name: { type: "string", maxLength: 253, description: "Name of the object." },
      namespace: {
        type: "string",
        maxLength: 63,
        description: "Its namespace; without it, the referring object's own.",
      },
    },
  } as const satisfies Schema;
}

/** A reference to a value in a Secret, under `key` unless the user names another. */
export function secretRef<const K extends string>(description: string, key: K) {
  return {
    type: "object",
    description,
    required: ["name"],
    properties: {
      name: { type: "string", description: "Name of the Secret." },
      key: { type: "string", default: key, description: "Key in the Secret." },
      namespace: {
        type: "string",
        description:
          "Namespace of the Secret; another one than the object's own must be allowed by the Secret's annotation " +
          "s3.cloud37.dev/allowed-namespaces.",
      },
    },
  } as const satisfies Schema;
}

/** Which namespaces may refer to an object; docs/multi-tenancy.md. */
export const allowedNamespaces = {
  type: "array",
  description:
    'Namespaces whose objects may refer to this one; "*" allows all. The object\'s own namespace always may.',
  items: { type: "string", maxLength: 63 },
  maxItems: 256,
  "x-kubernetes-list-type": "set",
} as const satisfies Schema;

/** Without limits of its own: 0.2.x had none, and the service says what it refuses. */
export const tags = {
  type: "object",
  description: "Tags, by key.",
  additionalProperties: { type: "string" },
} as const satisfies Schema;

/** A string or a list of strings; refuses objects, `[]` and `""`: measured on an API server. */
function oneOrMore(description: string) {
  return {
    description,
    "x-kubernetes-preserve-unknown-fields": true,
    minItems: 1,
    pattern: "^.+$",
    maxProperties: 0,
  } as const satisfies Schema;
}

const statementFields = {
  sid: { type: "string", description: "Name of the statement." },
  effect: { type: "string", enum: ["Allow", "Deny"], description: "Allow or Deny." },
  action: oneOrMore("Actions, such as s3:GetObject; a string or a list."),
  resource: oneOrMore("ARNs of the resources; a string or a list."),
  condition: {
    type: "object",
    description: "Conditions, as in IAM; keys inside go through unchanged.",
    "x-kubernetes-preserve-unknown-fields": true,
  },
} as const;

const policyDescription = "Policy document in lower-case keys; becomes IAM's Version, Statement, Effect and so on.";
const version = { type: "string", default: "2012-10-17", description: "Version of the policy language." } as const;

/** A bucket policy: every statement names a principal. */
export const bucketPolicyDocument = {
  type: "object",
  description: policyDescription,
  required: ["version", "statement"],
  properties: {
    version,
    statement: {
      type: "array",
      description: "Statements.",
      items: {
        type: "object",
        description: "A statement.",
        required: ["effect", "principal", "action", "resource"],
        properties: {
          ...statementFields,
          principal: {
            description: 'Who: "*", an ARN, or an object such as {"AWS": [...]}, which goes through unchanged.',
            "x-kubernetes-preserve-unknown-fields": true,
            pattern: "^.+$",
          },
        },
      },
    },
  },
} as const satisfies Schema;

/** A policy of a user or a managed policy: no principal. */
export const identityPolicyDocument = {
  type: "object",
  description: policyDescription,
  required: ["statement"],
  properties: {
    version,
    statement: {
      type: "array",
      description: "Statements.",
      items: {
        type: "object",
        description: "A statement.",
        required: ["effect", "action", "resource"],
        properties: statementFields,
      },
    },
  },
} as const satisfies Schema;

const conditions = {
  type: "array",
  description: "Ready, and what stands in its way.",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
  items: {
    type: "object",
    description: "A condition, as Kubernetes has them.",
    required: ["type", "status", "reason", "message", "lastTransitionTime"],
    properties: {
      type: { type: "string", maxLength: 316, description: "Ready, Reconciling, Stalled, or what is wrong." },
      status: { type: "string", enum: ["True", "False", "Unknown"], description: "Whether it holds." },
      reason: { type: "string", maxLength: 1024, description: "Why, in one word for programs." },
      message: { type: "string", maxLength: 32768, description: "Why, for people." },
      observedGeneration: { type: "integer", format: "int64", description: "Generation of the spec that it is about." },
      lastTransitionTime: { type: "string", description: "When its status last changed." },
    },
  },
} as const satisfies Schema;

/** Status fields of every kind. */
export const commonStatus = {
  observedGeneration: {
    type: "integer",
    format: "int64",
    description: "Generation of the spec that was looked at last.",
  },
  conditions,
  lastReconcileAt: { type: "string", description: "Token of the annotation reconcile-at that was honoured last." },
  lastSyncTime: { type: "string", description: "When something was last changed outside." },
} as const;

export const ownership = {
  type: "string",
  enum: ["Created", "Adopted"],
  description: "Whether the operator made the external resource or took over one that existed.",
} as const satisfies Schema;

/** Write-ahead record of a creation; docs/adr/0017. */
export const creating = {
  type: "string",
  description:
    "This object's uid from before a call that makes the external resource until its outcome is known: what appears meanwhile is its own.",
} as const satisfies Schema;

/** Where the Provider is: what a deletion needs when its references are gone. */
export const recordedProvider = withAccount(objectRef("The Provider that was used last; a deletion needs it."));

function withAccount<const S extends { readonly properties: object }>(reference: S) {
  const accountId = { type: "string", description: "Account that it led to, where IAM tells." } as const;
  return { ...reference, properties: { ...reference.properties, accountId } } as const;
}

/** A field of condition Ready; `priority` 1 shows it with `-o wide` alone. */
function ready(name: string, field: string, priority?: 1): Column {
  const jsonPath = `.status.conditions[?(@.type=="Ready")].${field}`;
  return { name, type: "string", jsonPath, ...(priority ? { priority } : {}) };
}

/** Ready and Reason, the kind's own columns, Age, and the message with `-o wide`. */
export function columns(...own: readonly Column[]): readonly Column[] {
  return [
    ready("Ready", "status"),
    ready("Reason", "reason"),
    ...own,
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ready("Message", "message", 1),
  ];
}

/** A column with a text. */
export function column(name: string, jsonPath: string): Column {
  return { name, type: "string", jsonPath };
}
