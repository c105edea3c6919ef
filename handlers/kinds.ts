import { buildCrd } from "../lib/crd/build.ts";
import { resourceType } from "../lib/crd/kind.ts";
import type { Infer } from "../lib/crd/schema.ts";
import type { CustomResource } from "../lib/kube/object.ts";
import { accessKeyKind, type accessKeySpec, type accessKeyStatus } from "./access_key/schema.ts";
import { bucketKind, type bucketSpec, type bucketStatus } from "./bucket/schema.ts";
import { bucketPolicyKind, type bucketPolicySpec, type bucketPolicyStatus } from "./bucket_policy/schema.ts";
import { iamPolicyKind, type iamPolicySpec, type iamPolicyStatus } from "./iam_policy/schema.ts";
import { providerKind, type providerSpec, type providerStatus } from "./provider/schema.ts";
import { userKind, type userSpec, type userStatus } from "./user/schema.ts";

export { API_VERSION } from "./api_group.ts";

export type Provider = CustomResource<Infer<typeof providerSpec>, Infer<typeof providerStatus>>;
export type Bucket = CustomResource<Infer<typeof bucketSpec>, Infer<typeof bucketStatus>>;
export type BucketPolicy = CustomResource<Infer<typeof bucketPolicySpec>, Infer<typeof bucketPolicyStatus>>;
export type User = CustomResource<Infer<typeof userSpec>, Infer<typeof userStatus>>;
export type IamPolicy = CustomResource<Infer<typeof iamPolicySpec>, Infer<typeof iamPolicyStatus>>;
export type AccessKey = CustomResource<Infer<typeof accessKeySpec>, Infer<typeof accessKeyStatus>>;

/** The type of each kind's objects, by the kind's name in the cluster. */
export interface KindObjects {
  readonly Provider: Provider;
  readonly Bucket: Bucket;
  readonly BucketPolicy: BucketPolicy;
  readonly User: User;
  readonly IAMPolicy: IamPolicy;
  readonly AccessKey: AccessKey;
}

export type KindName = keyof KindObjects;
export type ObjectOf<K extends KindName> = KindObjects[K];

/** Definitions of all kinds, in the order in which objects of them usually become ready. */
export const kinds = {
  Provider: providerKind,
  Bucket: bucketKind,
  IAMPolicy: iamPolicyKind,
  User: userKind,
  AccessKey: accessKeyKind,
  BucketPolicy: bucketPolicyKind,
} as const;

/** Those of the children that a Bucket has: the operator makes and deletes objects of no other kind. */
export const childKinds = [userKind, accessKeyKind, bucketPolicyKind] as const;

export const providerType = resourceType<Provider>(providerKind);
export const bucketType = resourceType<Bucket>(bucketKind);
export const bucketPolicyType = resourceType<BucketPolicy>(bucketPolicyKind);
export const userType = resourceType<User>(userKind);
export const iamPolicyType = resourceType<IamPolicy>(iamPolicyKind);
export const accessKeyType = resourceType<AccessKey>(accessKeyKind);

/** The CustomResourceDefinitions of all kinds. */
export function crdManifests(): Record<string, unknown>[] {
  return Object.values(kinds).map(buildCrd);
}
