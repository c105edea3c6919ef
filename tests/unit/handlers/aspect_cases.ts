import type { Loose } from "../../loose.ts";

/** One setting of a bucket: what the six have in common is tested from this table. */
export interface AspectCase {
  readonly field: string;
  readonly wanted: Loose;
  /** Forms that mean "none" or the default, which a new bucket satisfies unless `emptyIsSent`. */
  readonly empties: readonly Loose[];
  readonly emptyIsSent?: true;
  readonly get: string;
  readonly put: string;
  /** The operation that applies an empty form, where it is not `put`. */
  readonly remove?: string;
  /** What the service holds, in a few words; compared with `held` and `initial`. */
  readonly state: (bucket: Loose) => unknown;
  readonly held: unknown;
  /** The service's default, as after the field was managed and then left out. */
  readonly initial: unknown;
  /** Somebody changes the setting behind the operator's back. */
  readonly drift: (bucket: Loose) => void;
  /** True where a service without the feature has the wanted state anyway. */
  readonly impliedWithoutFeature?: true;
}

const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const rule = (id: string, days: number) => ({ id, prefix: `${id}/`, expiration: { days } });

export const ASPECT_CASES: readonly AspectCase[] = [
  {
    field: "publicAccess",
    wanted: { restrictPublicBuckets: false, blockPublicPolicy: false },
    empties: [{}],
    emptyIsSent: true,
    get: "s3:GetPublicAccessBlock",
    put: "s3:PutPublicAccessBlock",
    state: ({ publicAccess }) => publicAccess,
    held: { ...ALL, BlockPublicPolicy: false, RestrictPublicBuckets: false },
    initial: ALL,
    drift: (bucket) => bucket.publicAccess = { ...ALL, BlockPublicAcls: false },
  },
  {
    field: "versioning",
    wanted: { enabled: true },
    empties: [{}, { enabled: false }],
    get: "s3:GetBucketVersioning",
    put: "s3:PutBucketVersioning",
    state: ({ versioning }) => versioning,
    held: "Enabled",
    initial: "Suspended",
    drift: (bucket) => bucket.versioning = "Suspended",
  },
  {
    field: "encryption",
    wanted: { enabled: true, algorithm: "aws:kms", kmsKeyId: "key-1" },
    empties: [{}, { enabled: false }, { enabled: false, algorithm: "aws:kms" }],
    get: "s3:GetBucketEncryption",
    put: "s3:PutBucketEncryption",
    remove: "s3:DeleteBucketEncryption",
    state: ({ encryption }) => encryption?.[0]?.ApplyServerSideEncryptionByDefault.SSEAlgorithm,
    held: "aws:kms",
    initial: "AES256",
    drift: (bucket) =>
      bucket.encryption = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "x" } }],
  },
  {
    field: "lifecycle",
    wanted: {
      rules: [
        { ...rule("b", 30), transitions: [{ days: 10, storageClass: "GLACIER" }] },
        { ...rule("a", 7), status: "Disabled" },
        { id: "c", expiration: { date: "2030-01-01T00:00:00Z" } },
      ],
    },
    empties: [{}, { rules: [] }],
    get: "s3:GetBucketLifecycleConfiguration",
    put: "s3:PutBucketLifecycleConfiguration",
    remove: "s3:DeleteBucketLifecycle",
    state: ({ lifecycle }) => lifecycle?.map((each: Loose) => each.ID).sort(),
    held: ["a", "b", "c"],
    initial: undefined,
    drift: (bucket) => bucket.lifecycle = bucket.lifecycle.slice(1),
  },
  {
    field: "cors",
    wanted: {
      rules: [
        { allowedOrigins: ["https://b", "https://a"], allowedMethods: ["PUT", "GET"], exposedHeaders: ["ETag"] },
        { allowedOrigins: ["*"], allowedMethods: ["HEAD"], allowedHeaders: ["*"], maxAgeSeconds: 0 },
      ],
    },
    empties: [{}, { rules: [] }],
    get: "s3:GetBucketCors",
    put: "s3:PutBucketCors",
    remove: "s3:DeleteBucketCors",
    state: ({ cors }) => cors?.length,
    held: 2,
    initial: undefined,
    drift: (bucket) => bucket.cors = bucket.cors.slice(1),
  },
  {
    field: "tagging",
    wanted: { tags: { team: "a", empty: "" } },
    empties: [{}, { tags: {} }],
    get: "s3:GetBucketTagging",
    put: "s3:PutBucketTagging",
    remove: "s3:DeleteBucketTagging",
    state: ({ tags }) => tags,
    held: { team: "a", empty: "" },
    initial: undefined,
    drift: (bucket) => bucket.tags = { team: "b", more: "x" },
  },
];
