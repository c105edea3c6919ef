import type { KindName } from "../../../handlers/kinds.ts";

/**
 * What users of 0.2.x rely on of a field, as text: the type, then `= default`, `required`, `a|b` for an enum, `1..10`
 * or `>=1` for bounds, `<=64` for the most characters, `/…/` for a pattern. `[]` at a path's end is a list's item, `{}`
 * a map's value.
 */
export type Fields = Readonly<Record<string, string>>;

const reference = (path: string, required: string): Fields => ({
  [path]: `object ${required}`.trim(),
  [`${path}.name`]: "string required",
  [`${path}.namespace`]: "string",
});

const secretReference = (path: string, key: string, required = ""): Fields => ({
  [path]: `object ${required}`.trim(),
  [`${path}.name`]: "string required",
  [`${path}.key`]: `string = ${key}`,
});

const policy = (
  path: string,
  { required, version, principal }: Record<"required" | "version" | "principal", string>,
): Fields => ({
  [path]: `object ${required}`.trim(),
  [`${path}.version`]: `string ${version} = 2012-10-17`.replace("  ", " "),
  [`${path}.statement`]: "array required",
  [`${path}.statement[].sid`]: "string",
  [`${path}.statement[].effect`]: "string required Allow|Deny",
  [`${path}.statement[].action`]: "any required",
  [`${path}.statement[].resource`]: "any required",
  [`${path}.statement[].condition`]: "object",
  ...(principal === "" ? {} : { [`${path}.statement[].principal`]: principal }),
});

const identityPolicy = (path: string, required = "") => policy(path, { required, version: "", principal: "" });

const tags: Fields = { "tags": "object", "tags{}": "string" };

const rotation = (path: string, enabled: string): Fields => ({
  [path]: "object",
  [`${path}.enabled`]: `boolean = ${enabled}`,
  [`${path}.intervalDays`]: "integer 1..365 = 90",
  [`${path}.previousKeysRetentionDays`]: "integer 0..30 = 7",
  [`${path}.keepWhileUsedDays`]: "integer 0..30",
});

const allowedNamespaces: Fields = { "allowedNamespaces": "array", "allowedNamespaces[]": "string" };

const namespaceRules: Fields = {
  "namespaceRules": "array",
  "namespaceRules[]": "object",
  "namespaceRules[].namespaces": "array required",
  ...Object.fromEntries(
    ["bucketNames", "userNames", "policyNames"].map((list) => [`namespaceRules[].${list}`, "array"]),
  ),
};

const commonStatus: Fields = {
  observedGeneration: "integer",
  conditions: "array",
  "conditions[].type": "string required",
  "conditions[].status": "string required True|False|Unknown",
  "conditions[].reason": "string required",
  "conditions[].message": "string required",
  "conditions[].lastTransitionTime": "string required",
  "conditions[].observedGeneration": "integer",
};

/** Spec and status of each kind. */
export const CONTRACT: Readonly<Record<KindName, { readonly spec: Fields; readonly status: Fields }>> = {
  Provider: {
    spec: {
      type: "string required wasabi = wasabi",
      endpoint: "string required",
      region: "string required",
      auth: "object required",
      ...secretReference("auth.accessKeySecretRef", "access-key", "required"),
      "auth.accessKeySecretRef.namespace": "string",
      ...secretReference("auth.secretKeySecretRef", "secret-key", "required"),
      "auth.secretKeySecretRef.namespace": "string",
      ...secretReference("auth.sessionTokenSecretRef", "session-token"),
      "auth.sessionTokenSecretRef.namespace": "string",
      tls: "object",
      "tls.insecureSkipVerify": "boolean = false",
      ...secretReference("tls.caCertSecretRef", "ca.crt"),
      pathStyle: "boolean = true",
      iamEndpoint: "string",
      iamRegion: "string",
      retry: "object",
      "retry.maxAttempts": "integer 1..10 = 3",
      "retry.backoffStrategy": "string exponential|linear = exponential",
      ...allowedNamespaces,
      ...namespaceRules,
    },
    status: { ...commonStatus, connected: "boolean", lastConnectTime: "string" },
  },
  Bucket: {
    spec: {
      ...reference("providerRef", "required"),
      name: "string required <=63 /^[a-z0-9][a-z0-9\\-\\.]{1,61}[a-z0-9]$/",
      region: "string",
      ...reference("userRef", ""),
      autoManage: "object",
      "autoManage.enabled": "boolean = true",
      "autoManage.userName": "string <=64",
      "autoManage.accessLevel": "string readonly|readwrite|full = readwrite",
      ...rotation("autoManage.rotation", "true"),
      versioning: "object",
      "versioning.enabled": "boolean = false",
      "versioning.mfaDelete": "boolean = false",
      encryption: "object",
      "encryption.enabled": "boolean = false",
      "encryption.algorithm": "string AES256|aws:kms = AES256",
      "encryption.kmsKeyId": "string",
      publicAccess: "object",
      "publicAccess.blockPublicAcls": "boolean = true",
      "publicAccess.blockPublicPolicy": "boolean = true",
      "publicAccess.ignorePublicAcls": "boolean = true",
      "publicAccess.restrictPublicBuckets": "boolean = true",
      lifecycle: "object",
      "lifecycle.rules": "array",
      "lifecycle.rules[].id": "string required",
      "lifecycle.rules[].status": "string Enabled|Disabled = Enabled",
      "lifecycle.rules[].prefix": "string",
      "lifecycle.rules[].expiration": "object",
      "lifecycle.rules[].expiration.days": "integer >=1",
      "lifecycle.rules[].expiration.date": "string",
      "lifecycle.rules[].transitions": "array",
      "lifecycle.rules[].transitions[].days": "integer required >=1",
      "lifecycle.rules[].transitions[].storageClass": "string required",
      cors: "object",
      "cors.rules": "array",
      "cors.rules[].allowedOrigins": "array required",
      "cors.rules[].allowedOrigins[]": "string",
      "cors.rules[].allowedMethods": "array required",
      "cors.rules[].allowedMethods[]": "string GET|POST|PUT|DELETE|HEAD",
      "cors.rules[].allowedHeaders": "array",
      "cors.rules[].allowedHeaders[]": "string",
      "cors.rules[].exposedHeaders": "array",
      "cors.rules[].exposedHeaders[]": "string",
      "cors.rules[].maxAgeSeconds": "integer >=0 = 3600",
      tagging: "object",
      "tagging.tags": "object",
      "tagging.tags{}": "string",
      deletionPolicy: "string Delete|Retain = Retain",
      forceDelete: "boolean = false",
      ...allowedNamespaces,
    },
    status: {
      ...commonStatus,
      bucketName: "string",
      arn: "string",
      exists: "boolean",
      lastSyncTime: "string",
      credentialsSecret: "string",
      managedAspects: "array",
      "managedAspects[]": "string",
      ownership: "string Created|Adopted",
    },
  },
  BucketPolicy: {
    spec: {
      ...reference("bucketRef", "required"),
      ...policy("policy", { required: "required", version: "required", principal: "any required" }),
    },
    status: { ...commonStatus, applied: "boolean", lastSyncTime: "string", ownership: "string Created|Adopted" },
  },
  User: {
    spec: {
      ...reference("providerRef", "required"),
      name: "string required <=64",
      ...identityPolicy("policy"),
      ...reference("policyRef", ""),
      ...tags,
      ...allowedNamespaces,
    },
    status: {
      ...commonStatus,
      userId: "string",
      created: "boolean",
      lastSyncTime: "string",
      ownership: "string Created|Adopted",
    },
  },
  IAMPolicy: {
    spec: {
      ...reference("providerRef", "required"),
      ...identityPolicy("policy", "required"),
      ...tags,
      ...allowedNamespaces,
    },
    status: {
      ...commonStatus,
      policyArn: "string",
      applied: "boolean",
      attachedUsers: "array",
      "attachedUsers[]": "string",
      lastSyncTime: "string",
      ownership: "string Created|Adopted",
    },
  },
  AccessKey: {
    spec: {
      ...reference("providerRef", "required"),
      ...reference("userRef", ""),
      displayName: "string",
      ...identityPolicy("policy"),
      ...tags,
      ...rotation("rotate", "false"),
    },
    status: {
      ...commonStatus,
      accessKeyId: "string",
      created: "boolean",
      lastRotateTime: "string",
      nextRotateTime: "string",
      lastRotateRequest: "string",
    },
  },
};

/** Fields of the spec that must not change, by kind. */
export const IMMUTABLE: Readonly<Record<KindName, readonly string[]>> = {
  Provider: [],
  Bucket: ["name", "providerRef", "autoManage.userName"],
  BucketPolicy: ["bucketRef"],
  User: ["name", "providerRef"],
  IAMPolicy: ["providerRef"],
  AccessKey: ["providerRef"],
};

/** Most characters of an object's own name, where the contract says some. */
export const MOST_NAME: Readonly<Partial<Record<KindName, number>>> = { Bucket: 200, AccessKey: 200, IAMPolicy: 128 };
