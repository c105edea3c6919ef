import type { XmlObject } from "./xml.ts";

/** Everything the service remembers. Tests may read it, and change it behind the operator's back. */
export interface State {
  readonly accountId: string;
  readonly buckets: Map<string, Bucket>;
  /** Names that another account owns. */
  readonly foreignBuckets: Set<string>;
  readonly users: Map<string, User>;
  /** By ARN. */
  readonly policies: Map<string, ManagedPolicy>;
  readonly groups: Map<string, Group>;
  /** Requests with an unknown key or a wrong signature so far. */
  wrongTries: number;
  /** Epoch milliseconds until which the account is locked out; 0 when it is not. */
  lockedUntil: number;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** Epoch milliseconds, like every time here. */
  readonly created: number;
  objectLock: boolean;
  versioning?: "Enabled" | "Suspended" | undefined;
  /** `Rule` elements, in the names of S3's XML; so are lifecycle and cors. */
  encryption?: XmlObject[] | undefined;
  publicAccess?: PublicAccess | undefined;
  tags?: Record<string, string> | undefined;
  lifecycle?: XmlObject[] | undefined;
  cors?: XmlObject[] | undefined;
  policy?: string | undefined;
  /** Users that the policy names, by ARN, with the unique id they had when it was put. */
  policyPrincipals: Map<string, string>;
  /** Versions by key, the newest first. */
  readonly objects: Map<string, ObjectVersion[]>;
  readonly uploads: Map<string, Upload>;
}

export interface PublicAccess {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export interface ObjectVersion {
  readonly key: string;
  /** `null` where it was written without versioning, as S3 says it. */
  readonly versionId: string;
  readonly modified: number;
  readonly deleteMarker: boolean;
  readonly body: Uint8Array;
  readonly etag: string;
  /** Content type and `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
  lock?: { readonly mode: string; readonly until: number } | undefined;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly started: number;
}

export interface User {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly created: number;
  readonly tags: Map<string, string>;
  /** Documents as they were sent, by name. */
  readonly inline: Map<string, string>;
  /** ARNs of managed policies. */
  readonly attached: Set<string>;
  readonly keys: AccessKey[];
  loginProfile: boolean;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  status: "Active" | "Inactive";
  readonly created: number;
  lastUsed?: { readonly time: number; readonly service: string; readonly region: string } | undefined;
}

export interface ManagedPolicy {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly path: string;
  readonly description: string | undefined;
  readonly created: number;
  updated: number;
  readonly tags: Map<string, string>;
  readonly versions: PolicyVersion[];
  defaultVersion: string;
  nextVersion: number;
}

export interface PolicyVersion {
  readonly id: string;
  readonly document: string;
  readonly created: number;
}

export interface Group {
  readonly name: string;
  readonly members: Set<string>;
}

export function emptyState(accountId: string): State {
  return {
    accountId,
    buckets: new Map(),
    foreignBuckets: new Set(),
    users: new Map(),
    policies: new Map(),
    groups: new Map(),
    wrongTries: 0,
    lockedUntil: 0,
  };
}
