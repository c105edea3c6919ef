import {
  allowedNamespaces,
  column,
  columns,
  commonStatus,
  creating,
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

const flag = (description: string) => ({ type: "boolean", default: true, description } as const satisfies Schema);

const lifecycleRule = {
  type: "object",
  description: "A rule.",
  required: ["id"],
  properties: {
    id: { type: "string", description: "Name of the rule, unique in the bucket." },
    status: {
      type: "string",
      enum: ["Enabled", "Disabled"],
      default: "Enabled",
      description: "Whether it is in force.",
    },
    prefix: { type: "string", description: "Keys that it is for; all without it." },
    expiration: {
      type: "object",
      description: "When objects are deleted: after days, or at a date.",
      properties: {
        days: { type: "integer", minimum: 1, description: "Days after an object was made." },
        date: { type: "string", description: "A day, at midnight UTC, such as 2030-01-01T00:00:00Z." },
      },
    },
    transitions: {
      type: "array",
      description: "Moves to other storage classes, where the service has some.",
      items: {
        type: "object",
        description: "A move.",
        required: ["days", "storageClass"],
        properties: {
          days: { type: "integer", minimum: 1, description: "Days after an object was made." },
          storageClass: { type: "string", description: "The storage class." },
        },
      },
    },
  },
} as const satisfies Schema;

const corsRule = {
  type: "object",
  description: "A rule.",
  required: ["allowedOrigins", "allowedMethods"],
  properties: {
    allowedOrigins: { type: "array", items: { type: "string" }, description: "Origins that may ask." },
    allowedMethods: {
      type: "array",
      items: { type: "string", enum: ["GET", "POST", "PUT", "DELETE", "HEAD"] },
      description: "Methods that they may use.",
    },
    allowedHeaders: { type: "array", items: { type: "string" }, description: "Headers that they may send." },
    exposedHeaders: { type: "array", items: { type: "string" }, description: "Headers that they may read." },
    maxAgeSeconds: {
      type: "integer",
      minimum: 0,
      default: 3600,
      description: "How long a browser may remember, in seconds.",
    },
  },
} as const satisfies Schema;

const rotation = {
  type: "object",
  description: "Rotation of the access key.",
  properties: {
    enabled: { type: "boolean", default: true, description: "Whether keys are rotated." },
    intervalDays: { type: "integer", minimum: 1, maximum: 365, default: 90, description: "Days between rotations." },
    previousKeysRetentionDays: {
      type: "integer",
      minimum: 0,
      maximum: 30,
      default: 7,
      description: "Days that a replaced key goes on working; 0 revokes it at once.",
    },
    keepWhileUsedDays: {
      type: "integer",
      minimum: 0,
      maximum: 30,
      description: "Days beyond that, at most, that a replaced key is kept while IAM sees it used; absent: none.",
    },
  },
} as const satisfies Schema;

export const bucketSpec = {
  type: "object",
  description: "The bucket that is wanted. A setting that is absent is left alone at the service.",
  required: ["providerRef", "name"],
  properties: {
    providerRef: objectRef("The Provider that the bucket is at."),
    name: {
      type: "string",
      pattern: "^[a-z0-9][a-z0-9\\-\\.]{1,61}[a-z0-9]$",
      maxLength: 63,
      description: "Name of the bucket at the service.",
    },
    region: {
      type: "string",
      description:
        "Region of the bucket, which is the Provider's: a bucket that is to be made in another one is refused.",
    },
    userRef: objectRef("An existing User that the bucket is for; none is made then."),
    autoManage: {
      type: "object",
      description:
        "The user, access key and policy that the operator makes for the bucket; on even where this is absent.",
      properties: {
        enabled: { type: "boolean", default: true, description: "Whether they are made." },
        userName: {
          type: "string",
          maxLength: 64,
          description: "Name of the user at IAM; the bucket's name if absent.",
        },
        accessLevel: {
          type: "string",
          enum: ["readonly", "readwrite", "full"],
          default: "readwrite",
          description: "What the user may do in the bucket.",
        },
        rotation,
      },
    },
    versioning: {
      type: "object",
      description: "Versioning of objects.",
      properties: {
        enabled: { type: "boolean", default: false, description: "Whether old versions are kept." },
        mfaDelete: { type: "boolean", default: false, description: "Cannot be automated: a condition says so." },
      },
    },
    encryption: {
      type: "object",
      description: "Default encryption of objects.",
      properties: {
        enabled: { type: "boolean", default: false, description: "Whether it is set." },
        algorithm: { type: "string", enum: ["AES256", "aws:kms"], default: "AES256", description: "The algorithm." },
        kmsKeyId: { type: "string", description: "The KMS key, for aws:kms." },
      },
    },
    publicAccess: {
      type: "object",
      description: "Public access block; all four are true if absent within.",
      properties: {
        blockPublicAcls: flag("Refuses public ACLs."),
        blockPublicPolicy: flag("Refuses public policies."),
        ignorePublicAcls: flag("Ignores public ACLs that exist."),
        restrictPublicBuckets: flag("Cuts off public access through policies that exist."),
      },
    },
    lifecycle: {
      type: "object",
      description: "Lifecycle rules, the whole set.",
      properties: {
        rules: {
          type: "array",
          items: lifecycleRule,
          // S3's own limit; the cost of the rule below needs one.
          maxItems: 1000,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["id"],
          description: "The rules.",
        },
      },
      // Here rather than on expiration: stored rules that share an id have no old value of their own to be compared
      // with.
      "x-kubernetes-validations": [
        ratcheting(
          "!has(self.rules) || self.rules.all(r, !has(r.expiration) || !has(r.expiration.days) || !has(r.expiration.date))",
          "expiration has days or date, not both: keep one",
        ),
      ],
    },
    cors: {
      type: "object",
      description: "Cross-origin rules, the whole list.",
      properties: {
        rules: { type: "array", items: corsRule, description: "The rules; the first that matches is used." },
      },
    },
    tagging: { type: "object", description: "Tags of the bucket, the whole set.", properties: { tags } },
    deletionPolicy: {
      type: "string",
      enum: ["Delete", "Retain"],
      default: "Retain",
      description: "What becomes of the bucket when this object is deleted.",
    },
    forceDelete: {
      type: "boolean",
      default: false,
      description:
        "With deletionPolicy Delete: deletes what is in the bucket first. Final; the service may bill objects for 90 days.",
    },
    allowedNamespaces,
  },
  "x-kubernetes-validations": [
    immutable("name"),
    immutable("providerRef"),
    {
      rule: "!has(oldSelf.autoManage) || !has(oldSelf.autoManage.userName) || " +
        "(has(self.autoManage) && has(self.autoManage.userName) && self.autoManage.userName == oldSelf.autoManage.userName)",
      message: "spec.autoManage.userName is immutable once set: delete the object and make a new one",
    },
    ratcheting(
      "!has(self.userRef) || !has(self.autoManage) || !has(self.autoManage.userName)",
      "spec.userRef names the user: remove spec.autoManage.userName",
    ),
  ],
} as const satisfies Schema;

export const bucketStatus = {
  type: "object",
  description: "What was seen of the bucket.",
  properties: {
    ...commonStatus,
    ownership,
    creating,
    provider: recordedProvider,
    bucketName: { type: "string", description: "Name of the bucket at the service." },
    arn: { type: "string", description: "ARN of the bucket." },
    exists: { type: "boolean", description: "True when the bucket is there." },
    credentialsSecret: { type: "string", description: "Secret with the credentials for the bucket." },
    managedAspects: {
      type: "array",
      items: { type: "string" },
      description: "Settings that the operator has set, so that it can put them back to the service's default once.",
    },
  },
} as const satisfies Schema;

export const bucketKind: KindDefinition = {
  ...API,
  kind: "Bucket",
  plural: "buckets",
  singular: "bucket",
  shortName: "s3bkt",
  description: "A bucket with its settings and, unless switched off, a user, an access key and a policy for it.",
  spec: bucketSpec,
  status: bucketStatus,
  columns: columns(
    column("Bucket", ".spec.name"),
    column("Provider", ".spec.providerRef.name"),
    { ...column("Credentials", ".status.credentialsSecret"), priority: 1 },
  ),
  rules: [
    ratcheting(
      "size(self.metadata.name) <= 200",
      "metadata.name has at most 200 characters: names of children are made from it",
    ),
  ],
};
