import { samePolicy } from "../../lib/aws/canonical_policy.ts";
import { type PolicySpec, toPolicyDocument } from "../../lib/aws/policy.ts";
import { StalledError } from "../../lib/errors.ts";
import type { Kube, ResourceType } from "../../lib/kube/api.ts";
import { mergePatchOf } from "../../lib/kube/merge_patch.ts";
import type { CustomResource, Draft } from "../../lib/kube/object.ts";
import {
  type AccessKey,
  accessKeyType,
  API_VERSION,
  type Bucket,
  type BucketPolicy,
  bucketPolicyType,
  type User,
  userType,
} from "../kinds.ts";
import type { HandlerDeps } from "../deps.ts";
import { childName, LABELS, OPERATOR } from "../names.ts";
import { controllerOf, isControlledBy, isDeleting } from "../objects.ts";
import type { Problem } from "../plan.ts";
import { leadsTo, resolve } from "../references.ts";
import { traceMetadata } from "../spans.ts";
import { accessBucketPolicy, accessPolicy } from "../access_level.ts";
import type { BucketStep } from "./scope.ts";

/** What stands in the cluster for a bucket. */
export interface Children {
  readonly user: User | undefined;
  readonly accessKey: AccessKey | undefined;
  readonly policy: BucketPolicy | undefined;
  /** The User of `spec.userRef`. */
  readonly givenUser: User | undefined;
  /** True when a BucketPolicy that is not the Bucket's own child is for this bucket: it always wins. */
  readonly hasOwnPolicy: boolean;
}

/** What making children takes. */
type Making = Pick<HandlerDeps, "kube" | "shard">;

/** A child's labels: whose it is, and its Bucket's shard. @param absent stands for what the Bucket does not have */
function labelsOf({ metadata }: Bucket, { keys }: HandlerDeps["shard"], absent?: null): Record<string, string | null> {
  const shards = keys.map((key) => [key, metadata.labels?.[key] ?? absent]).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(shards), [LABELS.managedBy]: OPERATOR };
}

/** Which children a Bucket has: `autoManage` is on even where the field is absent. */
export function wantedChildren(
  { spec }: Bucket,
): { readonly user: boolean; readonly accessKey: boolean; readonly policy: boolean } {
  const enabled = spec.autoManage?.enabled ?? true;
  if (spec.userRef) return { user: false, accessKey: enabled && spec.autoManage !== undefined, policy: enabled };
  return { user: enabled, accessKey: enabled, policy: enabled };
}

function userNameOf({ spec }: Bucket): string {
  return spec.autoManage?.userName ?? spec.name;
}

/** Name at IAM of the user that the Bucket makes; `undefined` where it makes none. */
export function ownUserName(object: Bucket): string | undefined {
  return wantedChildren(object).user ? userNameOf(object) : undefined;
}

/**
 * The steps that make and update the children. All are made at once; the policy needs the user's ARN, so it follows.
 * @param requested targets of this pass already, which the store may not show yet
 */
export function planChildren(
  object: Bucket,
  children: Children,
  requested: ReadonlySet<string>,
  deps: Making,
): BucketStep[] {
  const wanted = wantedChildren(object);
  const steps = [
    ...(wanted.user ? [planUser(object, children.user, deps)] : []),
    ...(wanted.accessKey ? [planAccessKey(object, children.accessKey, deps)] : []),
    ...(wanted.policy ? [planPolicy(object, children, deps)] : []),
  ];
  return steps.flat().filter(({ target }) => !requested.has(target));
}

function planUser(object: Bucket, existing: User | undefined, deps: Making): BucketStep[] {
  const { name, namespace } = object.metadata;
  const level = object.spec.autoManage?.accessLevel ?? "readwrite";
  const spec = {
    providerRef: resolve(object.spec.providerRef, namespace),
    name: userNameOf(object),
    policy: accessPolicy(object.spec.name, level),
    tags: { ManagedBy: OPERATOR, Bucket: object.spec.name },
  };
  const metadata = { name: childName.user(name), namespace };
  if (existing === undefined) return [createStep(object, userType, { metadata, spec }, deps)];
  const { policy, policyRef } = existing.spec;
  const same = policyRef === undefined && policy !== undefined && samePolicySpec(policy, spec.policy);
  // Both at once would be refused.
  return adopt(object, existing, userType, same ? {} : { policy: spec.policy, policyRef: null }, deps);
}

function planAccessKey(object: Bucket, existing: AccessKey | undefined, deps: Making): BucketStep[] {
  const { name, namespace } = object.metadata;
  const stated = object.spec.autoManage?.rotation;
  const rotate = stated ?? { enabled: true, intervalDays: 90, previousKeysRetentionDays: 7 };
  const spec = {
    displayName: `Access key for bucket ${object.spec.name}`,
    providerRef: resolve(object.spec.providerRef, namespace),
    rotate,
    userRef: object.spec.userRef ?? { name: childName.user(name) },
  };
  const metadata = { name: childName.accessKey(name), namespace };
  if (existing === undefined) return [createStep(object, accessKeyType, { metadata, spec }, deps)];
  // A child of 0.2.x keeps its rotation unless the Bucket says something about it.
  const rotation = stated === undefined ? {} : { rotate: stated };
  // With its namespace, which a merge would leave as it was.
  const userRef = resolve(spec.userRef, namespace);
  const moved = !leadsTo(existing.spec.userRef, { from: namespace, to: userRef });
  return adopt(object, existing, accessKeyType, { ...rotation, ...(moved ? { userRef } : {}) }, deps);
}

function planPolicy(
  object: Bucket,
  { user, givenUser, policy: existing, hasOwnPolicy }: Children,
  deps: Making,
): BucketStep[] {
  const { name, namespace } = object.metadata;
  if (hasOwnPolicy) {
    return existing && isControlledBy(existing, object) ? deleteStep(existing, bucketPolicyType, deps.kube) : [];
  }
  const principal = object.spec.userRef ? givenUser : user;
  const arn = principal?.status?.arn;
  if (principal === undefined || arn === undefined) return [];
  const level = object.spec.autoManage?.accessLevel ?? "readwrite";
  const policy = accessBucketPolicy(object.spec.name, level, { userName: principal.spec.name, arn });
  const metadata = { name: childName.policy(name), namespace };
  const spec = { bucketRef: { name, namespace }, policy };
  if (existing === undefined) return [createStep(object, bucketPolicyType, { metadata, spec }, deps)];
  return adopt(
    object,
    existing,
    bucketPolicyType,
    samePolicySpec(existing.spec.policy, policy) ? {} : { policy },
    deps,
  );
}

function samePolicySpec(a: PolicySpec, b: PolicySpec): boolean {
  return samePolicy(toPolicyDocument(a), toPolicyDocument(b));
}

function createStep<T extends CustomResource>(
  object: Bucket,
  type: ResourceType<T>,
  { metadata, spec }: Pick<Draft<T>, "metadata"> & { readonly spec: object },
  { kube, shard }: Making,
): BucketStep {
  const draft = {
    apiVersion: API_VERSION,
    kind: type.kind,
    metadata: { ...metadata, labels: labelsOf(object, shard), ownerReferences: [ownerReference(object)] },
    spec,
  } as unknown as Draft<T>;
  return {
    action: "create",
    target: `${type.kind}/${metadata.name}`,
    reason: "absent",
    independent: true,
    async apply(_scope, span) {
      await kube.create(type, { ...draft, metadata: { ...draft.metadata, ...traceMetadata(span) } });
    },
  };
}

/** Updates an existing child, and makes it ours if nobody else controls it. Children are adopted by name only then. */
function adopt<T extends CustomResource>(
  object: Bucket,
  existing: T,
  type: ResourceType<T>,
  wanted: Readonly<Record<string, unknown>>,
  { kube, shard }: Making,
): BucketStep[] {
  const { name } = existing.metadata;
  const controller = controllerOf(existing);
  if (controller !== undefined && !isControlledBy(existing, object)) {
    throw new StalledError(
      "Conflict",
      `${type.kind} ${name} is controlled by another ${controller.kind}: rename or delete one of them`,
    );
  }
  if (isDeleting(existing)) return [];
  const owner = controller === undefined
    ? { ownerReferences: [...existing.metadata.ownerReferences ?? [], ownerReference(object)] }
    : undefined;
  // Children of 0.2.x have our controller and no label; those of a Bucket that changed its shard go with it.
  const labels = mergePatchOf(existing.metadata.labels ?? {}, labelsOf(object, shard, null));
  const metadata = { ...owner, ...(labels ? { labels } : {}) };
  const spec = mergePatchOf(existing.spec as Readonly<Record<string, unknown>>, wanted);
  const isOurs = Object.keys(metadata).length === 0;
  if (isOurs && spec === undefined) return [];
  return [{
    action: "update",
    target: `${type.kind}/${name}`,
    reason: owner
      ? "not yet controlled by the Bucket"
      : isOurs
      ? "differs from the Bucket"
      : "not yet labelled like it",
    independent: true,
    async apply(_scope, span) {
      const changed = { ...metadata, ...traceMetadata(span) };
      await kube.mergePatch(type, existing.metadata, {
        ...(Object.keys(changed).length > 0 ? { metadata: changed } : {}),
        ...(spec ? { spec } : {}),
      });
    },
  }];
}

function deleteStep<T extends CustomResource>(child: T, type: ResourceType<T>, kube: Kube): BucketStep[] {
  if (isDeleting(child)) return [];
  const { namespace, name, uid } = child.metadata;
  return [{
    action: "delete",
    target: `${type.kind}/${name}`,
    reason: "not wanted any more",
    apply: () => kube.delete(type, { namespace, name, uid }),
  }];
}

function ownerReference({ metadata: { name, uid } }: Bucket) {
  return { apiVersion: API_VERSION, kind: "Bucket", name, uid, controller: true, blockOwnerDeletion: true };
}

/** A Bucket's deletion takes its children first, in the order in which nothing is left behind, and waits for each. */
export function planChildrenDelete(
  object: Bucket,
  { accessKey, policy, user }: Children,
  requested: ReadonlySet<string>,
  kube: Kube,
): { readonly steps: BucketStep[]; readonly problem?: Problem } {
  const mine = <T extends CustomResource>(child: T | undefined) =>
    child && isControlledBy(child, object) ? child : undefined;
  const first = [mine(accessKey), mine(policy)].filter((child) => child !== undefined);
  const left = first.length > 0 ? first : [mine(user)].filter((child) => child !== undefined);
  if (left.length === 0) return { steps: [] };
  const types: Record<string, ResourceType<CustomResource>> = {
    AccessKey: accessKeyType,
    BucketPolicy: bucketPolicyType,
    User: userType,
  };
  const steps = left.flatMap((child) => deleteStep(child, types[child.kind] ?? userType, kube)).filter(({ target }) =>
    !requested.has(target)
  );
  const names = left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(" and ");
  return { steps, problem: { kind: "waiting", reason: "DeletionBlocked", message: `Waiting for ${names} to be gone` } };
}
