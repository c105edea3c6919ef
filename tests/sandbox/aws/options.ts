/** What the service is and what it allows; every field has a default that fits its mode. */
export interface Behaviour {
  /** `wasabi` follows docs.wasabi.com: its error names, and without what it does not have. */
  readonly mode: "aws" | "wasabi";
  /**
   * The endpoint's region. `undefined`: an endpoint in every region at once, each request meaning the one it is signed
   * for, so that one address serves Providers of all regions.
   */
  readonly region: string | undefined;
  /** Operations refused, such as `PutBucketEncryption`; 501 `NotImplemented` from S3, 400 `InvalidAction` from IAM. */
  unsupported: ReadonlySet<string>;
  /** Operations answered with success and without any effect, such as `PutBucketTagging`. */
  forgets: ReadonlySet<string>;
  /**
   * Lifecycle as some services answer it: without the transition header, rules in another order, ids
   * made up where there were none, the old `Prefix` in place of a filter.
   */
  rewritesLifecycle: boolean;
  /** Answers show what was never sent: defaults, empty elements, tags of the service's own. */
  echoesDefaults: boolean;
  /**
   * A bucket policy as it was `sent`, with one-item lists `collapsed` as S3 shows them, or `shuffled`: lists for
   * scalars and all in another order.
   */
  policyEcho: "sent" | "collapsed" | "shuffled";
  /** False: one storage class, transitions are refused with `InvalidArgument`. */
  readonly storageClasses: boolean;
  /** New buckets have all four public access blocks on, and AES256, as at S3 since 2023. */
  readonly newBucketDefaults: boolean;
  /** Nobody may make anything public: an account setting at Wasabi, and so with accounts made since March 2023. */
  refusesPublicPolicies: boolean;
  /**
   * Unfinished multipart uploads make a bucket `BucketNotEmpty`. S3's documentation does not name them as an obstacle.
   */
  uploadsBlockDelete: boolean;
  /** `DELETE /bucket?force_delete=true` empties the bucket first (Wasabi's own). */
  readonly forceDelete: boolean;
  /** Creating one's own bucket again in us-east-1 is a success, as at S3; `BucketAlreadyOwnedByYou` elsewhere. */
  readonly recreateInUsEast1: boolean;
  /** How long a new key is unknown, milliseconds (IAM is eventually consistent). */
  propagationMs: number;
  /** How far a request's time may be off, milliseconds; `Infinity` does not look. */
  maxSkewMs: number;
  /** Wrong tries until the account is locked out for five minutes; `Infinity` never does (docs/wasabi.md). */
  lockoutAfter: number;
  /** Entries a page when the request does not say; `undefined` is 100 for IAM and 1000 for S3. */
  pageSize: number | undefined;
  readonly limits: Limits;
}

/** How many there may be, and how long policies may be, in characters. */
export interface Limits {
  buckets: number;
  keysPerUser: number;
  inlinePolicySize: number;
  managedPolicySize: number;
  policyVersions: number;
  attachedPolicies: number;
  users: number;
}

const WASABI_LACKS = [
  "GetPublicAccessBlock",
  "PutPublicAccessBlock",
  "DeletePublicAccessBlock",
  "GetBucketPolicyStatus",
  "PutBucketEncryption",
  "GetBucketEncryption",
  "DeleteBucketEncryption",
  "TagUser",
  "UntagUser",
  "ListUserTags",
  "TagPolicy",
  "UntagPolicy",
  "ListPolicyTags",
];

/** What is said otherwise than the mode has it. */
export type BehaviourChanges = Partial<Omit<Behaviour, "mode" | "limits" | "unsupported" | "forgets">> & {
  readonly limits?: Partial<Limits>;
  readonly unsupported?: Iterable<string>;
  readonly forgets?: Iterable<string>;
};

/** The behaviour of a mode, with changes. */
export function behaviour(mode: Behaviour["mode"], changes: BehaviourChanges = {}): Behaviour {
  const aws = mode === "aws";
  return {
    mode,
    region: undefined,
    rewritesLifecycle: false,
    echoesDefaults: false,
    policyEcho: aws ? "collapsed" : "sent",
    storageClasses: aws,
    newBucketDefaults: aws,
    refusesPublicPolicies: !aws,
    uploadsBlockDelete: false,
    forceDelete: !aws,
    recreateInUsEast1: aws,
    propagationMs: 0,
    maxSkewMs: Infinity,
    lockoutAfter: Infinity,
    pageSize: undefined,
    ...changes,
    unsupported: new Set(changes.unsupported ?? (aws ? [] : WASABI_LACKS)),
    forgets: new Set(changes.forgets),
    limits: {
      buckets: aws ? 10_000 : 1_000,
      keysPerUser: 2,
      inlinePolicySize: 2_048,
      managedPolicySize: 6_144,
      policyVersions: 5,
      attachedPolicies: 10,
      users: aws ? 5_000 : 4_999,
      ...changes.limits,
    },
  };
}
