import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { samePolicy } from "../lib/aws/canonical_policy.ts";
import { isPublicPolicy } from "../lib/aws/public_policy.ts";
import { hasCode, isAwsError, orEmpty, orGone } from "../lib/aws/errors.ts";
import { answeredPolicy, type PolicyDocument, policyProblem, toPolicyDocument } from "../lib/aws/policy.ts";
import { BlockedError, FailedError, StalledError, WaitingError } from "../lib/errors.ts";
import { keyOf } from "../lib/kube/object.ts";
import { BaseHandler, type Pass, type PlanOf } from "./base.ts";
import type { BucketScope } from "./bucket/scope.ts";
import type { HandlerDeps } from "./deps.ts";
import { type Bucket, type BucketPolicy, bucketPolicyType } from "./kinds.ts";
import { controllerOf, isDeleting, token } from "./objects.ts";
import { claim, ownershipOf, recordedOwnership, refuseConflict } from "./ownership.ts";
import { policiesFor, policiesOf } from "./policies.ts";
import { authorizeReference, type Reference, resolve } from "./references.ts";
import type { Shared } from "./shared.ts";

interface Observed {
  readonly document: PolicyDocument | undefined;
  /** Other BucketPolicy objects for the same bucket, those included that are being deleted. */
  readonly others: readonly BucketPolicy[];
  /** True: another object has put a policy there. */
  readonly isOfAnother: boolean;
}

/** Keeps the policy on a bucket. */
export class BucketPolicyHandler extends BaseHandler<BucketPolicy, BucketScope, Observed> {
  readonly kind = "BucketPolicy";
  readonly type = bucketPolicyType;
  protected readonly negativeTypes = ["BucketNotReady", "PolicyInvalid", "ApplyFailed", "ProviderNotReady"];
  protected readonly failure = { reason: "ApplyFailed", event: "PolicyFailed" };

  constructor(deps: HandlerDeps, readonly shared: Shared) {
    super(deps);
  }

  references(object: BucketPolicy): readonly string[] {
    const bucket = bucketOf(object);
    const provider = object.status?.provider;
    return [
      token("Bucket", bucket),
      `policies-of/${keyOf(bucket)}`,
      ...(provider ? [token("Provider", resolve(provider, bucket.namespace))] : []),
    ];
  }

  override provides(object: BucketPolicy): readonly string[] {
    return [...super.provides(object), `policies-of/${keyOf(bucketOf(object))}`];
  }

  protected async connect(object: BucketPolicy, { signal }: Pass): Promise<BucketScope> {
    const bucket = this.#bucket(object);
    const { connection } = await this.shared.provider(bucket.spec.providerRef, {
      ...bucket,
      field: "spec.providerRef of the Bucket",
    }, signal);
    return { connection, s3: connection.s3, bucket: bucket.spec.name, region: connection.settings.region, signal };
  }

  #bucket(object: BucketPolicy): Bucket {
    const at = bucketOf(object);
    const bucket = this.deps.stores.of("Bucket").get(keyOf(at));
    if (bucket === undefined) throw notReady(`Bucket ${keyOf(at)} does not exist`, true);
    authorizeReference(bucket, {
      from: object.metadata.namespace,
      field: "spec.bucketRef",
      references: this.deps.settings.references,
    });
    if (ownershipOf(bucket) === undefined || bucket.status?.exists !== true) {
      throw notReady(`Bucket ${keyOf(at)} is not there yet`, false);
    }
    if (isDeleting(bucket)) throw notReady(`Bucket ${keyOf(at)} is being deleted`, false);
    return bucket;
  }

  protected async observe({ s3, bucket: Bucket, signal }: BucketScope, object: BucketPolicy): Promise<Observed> {
    const document = await s3.send(new GetBucketPolicyCommand({ Bucket }), { signal })
      .then(({ Policy }) => answeredPolicy(Policy, "s3", "GetBucketPolicy"))
      .catch(orEmpty(undefined, "NoSuchBucketPolicy", "NoSuchBucket"));
    // Also one of a namespace whose grant was withdrawn: what it put there must be able to go.
    const isOfAnother = policiesFor(bucketOf(object), this.deps)
      .some(({ metadata: { uid }, status }) => uid !== object.metadata.uid && status?.applied === true);
    return { document, others: this.#others(object), isOfAnother };
  }

  /** One of a namespace without a grant stands in nobody's way. */
  #others(object: BucketPolicy): BucketPolicy[] {
    return policiesOf(bucketOf(object), this.deps).filter(({ metadata: { uid } }) => uid !== object.metadata.uid);
  }

  protected plan(object: BucketPolicy, { document, others, isOfAnother }: Observed): PlanOf<BucketPolicy, BucketScope> {
    const problem = policyProblem(object.spec.policy, "bucket");
    if (problem) throw new StalledError("PolicyInvalid", problem, { conditionType: "PolicyInvalid" });
    const bucket = this.#bucket(object);
    const bucketName = bucket.spec.name;
    const what = `The policy of bucket "${bucketName}"`;
    refuseOthers(object, others, what);
    const wanted = toPolicyDocument(object.spec.policy);
    const same = samePolicy(document, wanted);
    // What another object put there may be replaced, also while that is on its way out.
    const isFree = document === undefined || same || isOfAnother;
    const claimant = withoutOtherRecord(object, bucketName);
    const ownership = isFree ? ownershipOf(claimant) ?? "Created" : claim(claimant, {
      what,
      plural: "bucketpolicies",
      adoption: this.deps.settings.adoption,
      reason: "PolicyExists",
    });
    const provider = this.shared.record(bucket.spec.providerRef, bucket);
    return {
      steps: same ? [] : [{
        action: document === undefined ? "create" : "update",
        target: "bucket/policy",
        reason: document === undefined ? "absent" : "differs from the spec",
        before: document,
        after: wanted,
        ...(document === undefined ? { claims: true } : {}),
        failing: "ApplyFailed",
        operation: "apply_policy",
        drift: "policy",
        event: { reason: "PolicyApplied", note: `Policy applied to bucket "${bucketName}"` },
        async apply(scope) {
          await putPolicy(scope, wanted, isChild(object));
          return { ownership };
        },
      }],
      status: { applied: same, bucketName, provider, ...(same || recordedOwnership(claimant) ? { ownership } : {}) },
    };
  }

  protected async connectForDeletion(object: BucketPolicy, { signal }: Pass): Promise<BucketScope | undefined> {
    const { provider, bucketName } = object.status ?? {};
    if (ownershipOf(object) === undefined) return undefined;
    if (this.#others(object).some((other) => !isDeleting(other) && other.status?.applied === true)) return undefined;
    const bucket = this.deps.stores.of("Bucket").get(keyOf(bucketOf(object)));
    const name = bucketName ?? bucket?.spec.name;
    const reference = provider ?? bucket?.spec.providerRef;
    if (name === undefined || reference === undefined) {
      const where = `neither the status nor Bucket ${keyOf(bucketOf(object))} says which bucket`;
      throw new BlockedError(
        "DeletionBlocked",
        `The policy was applied, and ${where} it is on: remove it there, and annotate the object to abandon it`,
      );
    }
    if (bucket) this.shared.authorizeDeletion(bucket, { referrer: object, field: "spec.bucketRef" });
    const connection = await this.shared.forDeletion(reference, bucket ?? object, signal);
    return { connection, s3: connection.s3, bucket: name, region: connection.settings.region, signal };
  }

  /**
   * The policy goes with its object. One that is not as this object wants it stays where the object has no record of
   * having put it there, or where another object waits for its turn.
   */
  protected planDelete(object: BucketPolicy, { document, others }: Observed): PlanOf<BucketPolicy, BucketScope> {
    const bucket = this.deps.stores.of("Bucket").get(keyOf(bucketOf(object)));
    const { status, spec } = withoutOtherRecord(object, bucket?.spec.name);
    const isRecorded = status?.ownership !== undefined || status?.applied === true;
    const isContested = others.some((other) => !isDeleting(other));
    const isOurs = samePolicy(document, toPolicyDocument(spec.policy)) || (isRecorded && !isContested);
    if (document === undefined || !isOurs) return { steps: [] };
    return {
      steps: [{
        action: "delete",
        target: "bucket/policy",
        reason: "its object is deleted",
        before: document,
        operation: "delete_policy",
        async apply({ s3, bucket: Bucket, signal }) {
          await s3.send(new DeleteBucketPolicyCommand({ Bucket }), { signal, priority: "high" }).catch(orGone);
        },
      }],
    };
  }

  protected leftBehind({ status }: BucketPolicy): string {
    return `the policy of bucket "${status?.bucketName ?? "unknown"}"`;
  }

  protected override onError(error: unknown, { status, metadata }: BucketPolicy): void {
    this.shared.suspect(error, status?.provider, metadata.namespace);
  }
}

function bucketOf({ metadata, spec: { bucketRef } }: BucketPolicy): Required<Reference> {
  return resolve(bucketRef, metadata.namespace);
}

function isChild(policy: BucketPolicy): boolean {
  return controllerOf(policy)?.kind === "Bucket";
}

/**
 * A child gives way to any object that a person wrote; among those, the older one wins.
 * @throws StalledError `Conflict`
 */
function refuseOthers(object: BucketPolicy, others: readonly BucketPolicy[], what: string): void {
  const staying = others.filter((other) => !isDeleting(other));
  const written = staying.filter((other) => !isChild(other));
  const [first] = written;
  if (isChild(object) && first) {
    const message = `${what} is claimed by BucketPolicy ${keyOf(first.metadata)}, which a person wrote`;
    throw new StalledError("Conflict", message);
  }
  refuseConflict(object, isChild(object) ? staying : written, what);
}

/**
 * A policy of 0.2.x went to the bucket that is named like the Bucket object: of a bucket with another name, what its
 * status records tells nothing.
 */
function withoutOtherRecord(object: BucketPolicy, bucketName: string | undefined): BucketPolicy {
  const isOfOldOperator = object.status?.applied === true && object.status.bucketName === undefined;
  if (!isOfOldOperator || bucketName === bucketOf(object).name) return object;
  return { ...object, status: { ...object.status, applied: false } };
}

function notReady(message: string, missing: boolean): WaitingError {
  return new WaitingError("BucketNotReady", message, { conditionType: "BucketNotReady", missing });
}

async function putPolicy(
  { s3, bucket: Bucket, signal }: BucketScope,
  document: PolicyDocument,
  isGenerated: boolean,
): Promise<void> {
  try {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(document) }), { signal });
  } catch (error) {
    if (hasCode(error, "MalformedPolicy", "MalformedPolicyDocument", "InvalidPolicyDocument")) {
      // S3 knows a user some seconds after IAM does; a policy of our own making has no other fault.
      if (isGenerated) {
        throw new FailedError("ApplyFailed", error.message, { cause: error });
      }
      throw new StalledError("PolicyInvalid", error.message, {
        cause: error,
        conditionType: "PolicyInvalid",
      });
    }
    if (isAwsError(error, "denied") && isPublicPolicy(document)) {
      const why =
        "the policy is public, and the bucket's public access block or the account's settings refuse public access";
      throw new StalledError("AccessDenied", `${error.message}: ${why}`, {
        cause: error,
        conditionType: "ApplyFailed",
      });
    }
    throw error;
  }
}
