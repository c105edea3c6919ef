import type { Loose } from "../scenarios/admin.ts";
import * as make from "./objects.ts";
import type { Stack } from "./stack.ts";

/** How many requests something costs. */
export interface Cost {
  readonly aws: number;
  readonly kubeReads: number;
  readonly kubeWrites: number;
}

/** One object, and the least requests that bring it to Ready. */
export interface Case {
  readonly name: string;
  readonly objects: (stack: Stack, arn: string) => Loose[];
  readonly least: Cost;
  /** Why it cannot be less. */
  readonly why: string;
}

const PLAIN = "finalizer, the record of the creation, status, one Event";

/** One object of each kind, in an order in which each finds what it refers to. */
export const cases: readonly Case[] = [
  {
    name: "Provider",
    objects: (stack) => [make.credentials(stack), make.provider(stack)],
    least: { aws: 2, kubeReads: 1, kubeWrites: 2 },
    why: "a call to S3 proves endpoint and credentials, one to IAM tells the account; its Secret; finalizer, status",
  },
  {
    name: "Bucket, five settings",
    objects: () => [make.plainBucket("one-plain")],
    least: { aws: 12, kubeReads: 0, kubeWrites: 4 },
    why: `a look, the creation, five settings, each read back; ${PLAIN}`,
  },
  {
    name: "Bucket, no settings",
    objects: () => [make.plainBucket("one-empty", {})],
    least: { aws: 3, kubeReads: 0, kubeWrites: 4 },
    why: `a look, the creation, a look; ${PLAIN}`,
  },
  {
    name: "User",
    objects: () => [make.user("one-user")],
    least: { aws: 4, kubeReads: 0, kubeWrites: 5 },
    why:
      "a look, the creation, the inline policy, which is read back; finalizer, the record of the creation, status, " +
      "two Events",
  },
  {
    name: "IAMPolicy",
    objects: () => [make.iamPolicy("one-policy")],
    least: { aws: 3, kubeReads: 0, kubeWrites: 4 },
    why: `a look, the creation, the document read back; ${PLAIN}`,
  },
  {
    name: "User, policyRef",
    objects: () => [make.user("one-holder", { policyRef: { name: "one-policy" } })],
    least: { aws: 5, kubeReads: 0, kubeWrites: 6 },
    why: "a look, the creation, the attachment, read back, the policy's holders; as a User, and the policy's status",
  },
  {
    name: "AccessKey",
    objects: () => [make.accessKey("one-key", "one-user")],
    least: { aws: 3, kubeReads: 2, kubeWrites: 5 },
    why: "the list, the creation, the list; Secret and object read before a key is made; finalizer, intent, Secret, " +
      "status, one Event",
  },
  {
    name: "BucketPolicy",
    objects: (_stack, arn) => [make.bucketPolicy("one-bucket-policy", "one-plain", arn)],
    least: { aws: 3, kubeReads: 0, kubeWrites: 4 },
    why: `a look, the policy, read back; ${PLAIN}`,
  },
  {
    name: "Bucket, auto-managed",
    objects: () => [make.autoBucket("one-auto")],
    least: { aws: 15, kubeReads: 2, kubeWrites: 22 },
    why:
      "Bucket 3, User 6 (with tags, read back), AccessKey 3, BucketPolicy 3; three children, 18 for what they need, " +
      "and one status that says what is waited for",
  },
];
