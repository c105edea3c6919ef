import type { KindName } from "../../../handlers/kinds.ts";

type Spec = Readonly<Record<string, unknown>>;

/** What one CEL rule lets through and what it refuses; for a run against a real API server. */
export interface RuleCase {
  readonly kind: KindName;
  /** The start of the rule's message. */
  readonly message: string;
  /** Name of the objects where the rule is about it. */
  readonly name?: { readonly accepted: string; readonly refused: string };
  readonly accepted?: Spec;
  readonly refused?: Spec;
  /** A stored spec, and edits of it that are let through and refused. */
  readonly update?: { readonly from: Spec; readonly accepted: Spec; readonly refused: readonly Spec[] };
  /** An edit that a stored object may get although it breaks the rule: `refused` to this one. */
  readonly edited?: Spec;
}

const providerRef = { name: "wasabi" };
const other = { name: "other" };
const statement = [{ effect: "Allow", action: "s3:GetObject", resource: "*" }];
const bucketStatement = [{ ...statement[0], principal: "*" }];
const bucket = { providerRef, name: "some-bucket" };
const user = { providerRef, name: "some-user" };
const iamPolicy = { providerRef, policy: { statement } };
const accessKey = { providerRef, userRef: { name: "user" } };
const bucketPolicy = { bucketRef: { name: "bucket" }, policy: { statement: bucketStatement } };
const lifecycle = (expiration: Spec) => ({ ...bucket, lifecycle: { rules: [{ id: "old", expiration }] } });
const named = (userName?: string) => ({ ...bucket, autoManage: userName === undefined ? {} : { userName } });

/** Every rule of every kind; rules_test.ts checks that none is missing. */
export const ruleCases: readonly RuleCase[] = [
  {
    kind: "Bucket",
    message: "spec.name is immutable",
    update: { from: bucket, accepted: { ...bucket, region: "r" }, refused: [{ ...bucket, name: "another-bucket" }] },
  },
  {
    kind: "Bucket",
    message: "spec.providerRef is immutable",
    update: {
      from: bucket,
      accepted: { ...bucket, forceDelete: true },
      refused: [{ ...bucket, providerRef: other }, { ...bucket, providerRef: { ...providerRef, namespace: "n" } }],
    },
  },
  {
    kind: "Bucket",
    message: "spec.autoManage.userName is immutable once set",
    update: { from: named("a"), accepted: { ...named("a"), region: "r" }, refused: [named("b"), named(), bucket] },
  },
  {
    kind: "Bucket",
    message: "spec.userRef names the user",
    accepted: { ...bucket, userRef: { name: "u" }, autoManage: {} },
    refused: { ...named("a"), userRef: { name: "u" } },
    edited: { ...named("a"), userRef: { name: "u" }, region: "r" },
  },
  {
    kind: "Bucket",
    message: "expiration has days or date",
    accepted: lifecycle({ days: 1 }),
    refused: lifecycle({ days: 1, date: "2030-01-01T00:00:00Z" }),
    edited: { ...lifecycle({ days: 2, date: "2030-01-01T00:00:00Z" }), region: "r" },
  },
  {
    kind: "Bucket",
    message: "metadata.name has at most 200 characters",
    name: { accepted: "b".repeat(200), refused: "b".repeat(201) },
    accepted: bucket,
    refused: bucket,
    edited: { ...bucket, region: "r" },
  },
  {
    kind: "User",
    message: "spec.name is immutable",
    update: { from: user, accepted: { ...user, tags: { a: "b" } }, refused: [{ ...user, name: "another-user" }] },
  },
  {
    kind: "User",
    message: "spec.providerRef is immutable",
    update: { from: user, accepted: { ...user, tags: {} }, refused: [{ ...user, providerRef: other }] },
  },
  {
    kind: "User",
    message: "spec.policy and spec.policyRef exclude each other",
    accepted: { ...user, policyRef: { name: "p" } },
    refused: { ...user, policyRef: { name: "p" }, policy: { statement } },
    edited: { ...user, policyRef: { name: "q" }, policy: { statement }, tags: { a: "b" } },
  },
  {
    kind: "IAMPolicy",
    message: "spec.providerRef is immutable",
    update: { from: iamPolicy, accepted: { ...iamPolicy, tags: {} }, refused: [{ ...iamPolicy, providerRef: other }] },
  },
  {
    kind: "IAMPolicy",
    message: "metadata.name has at most 128 characters",
    name: { accepted: "p".repeat(128), refused: "p".repeat(129) },
    accepted: iamPolicy,
    refused: iamPolicy,
    edited: { ...iamPolicy, tags: { a: "b" } },
  },
  {
    kind: "AccessKey",
    message: "spec.providerRef is immutable",
    update: {
      from: accessKey,
      accepted: { ...accessKey, userRef: { name: "another" } },
      refused: [{ ...accessKey, providerRef: other }],
    },
  },
  {
    kind: "AccessKey",
    message: "metadata.name has at most 200 characters",
    name: { accepted: `${"k".repeat(200)}-accesskey`, refused: "k".repeat(201) },
    accepted: accessKey,
    refused: accessKey,
    edited: { ...accessKey, displayName: "x" },
  },
  {
    kind: "BucketPolicy",
    message: "spec.bucketRef is immutable",
    update: {
      from: bucketPolicy,
      accepted: { ...bucketPolicy, policy: { statement: [] } },
      refused: [{ ...bucketPolicy, bucketRef: other }],
    },
  },
];
