import { ServiceError } from "../errors.ts";
import type { Answer } from "../service.ts";
import type { Bucket } from "../state.ts";
import { bucketOf, isoTime, type S3Call, type S3Operation, xmlAnswer, xmlBody } from "./call.ts";

/** Buckets themselves: listing, creation, deletion, location. */
export const bucketOperations: Readonly<Record<string, S3Operation>> = {
  ListBuckets: { action: "s3:ListAllMyBuckets", run: listBuckets },
  CreateBucket: { action: "s3:CreateBucket", run: createBucket },
  HeadBucket: { action: "s3:ListBucket", run: headBucket },
  DeleteBucket: { action: "s3:DeleteBucket", run: deleteBucket },
  GetBucketLocation: { action: "s3:GetBucketLocation", run: getBucketLocation },
};

function listBuckets(call: S3Call): Answer {
  const { state } = call.service;
  const buckets = [...state.buckets.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  return xmlAnswer("ListAllMyBucketsResult", {
    Owner: { ID: state.accountId },
    Buckets: {
      Bucket: buckets.map(({ name, created, region }) => ({
        Name: name,
        CreationDate: isoTime(created),
        BucketRegion: region,
      })),
    },
  });
}

function createBucket(call: S3Call): Answer {
  const { service, bucket: name } = call;
  const { state, behaviour } = service;
  if (!isValidName(name)) {
    throw new ServiceError("InvalidBucketName", 400, "The specified bucket is not valid.", {
      fields: { BucketName: name },
    });
  }
  const region = wantedRegion(call);
  if (state.foreignBuckets.has(name)) {
    throw new ServiceError(
      "BucketAlreadyExists",
      409,
      "The requested bucket name is not available. The namespace is shared by all users of the system.",
      { fields: { BucketName: name } },
    );
  }
  const existing = state.buckets.get(name);
  if (existing !== undefined) {
    if (behaviour.recreateInUsEast1 && existing.region === "us-east-1" && region === "us-east-1") return created(name);
    throw new ServiceError("BucketAlreadyOwnedByYou", 409, "The bucket exists already and you own it.", {
      fields: { BucketName: name },
    });
  }
  if (state.buckets.size >= behaviour.limits.buckets) {
    throw new ServiceError("TooManyBuckets", 400, "You have attempted to create more buckets than allowed");
  }
  const objectLock = call.request.headers.get("x-amz-bucket-object-lock-enabled")?.toLowerCase() === "true";
  state.buckets.set(
    name,
    newBucket(name, region, service.now(), { objectLock, withDefaults: behaviour.newBucketDefaults }),
  );
  return created(name);
}

function created(name: string): Answer {
  return { headers: { location: `/${name}` } };
}

/** S3's rules for names, as far as a client can break them. */
function isValidName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$/.test(name);
}

/** The region asked for must be the endpoint's; only us-east-1 creates buckets anywhere. */
function wantedRegion(call: S3Call): string {
  const body = call.request.body.length === 0 ? {} : xmlBody(call, "CreateBucketConfiguration");
  const asked = body.LocationConstraint;
  if (asked === undefined || asked === "") {
    if (call.region === "us-east-1") return call.region;
    throw wrongConstraint("unspecified");
  }
  if (asked === "us-east-1") throw new ServiceError("InvalidLocationConstraint", 400, "Leave it out for us-east-1");
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(String(asked))) {
    throw new ServiceError("InvalidLocationConstraint", 400, "The specified location-constraint is not valid");
  }
  if (call.region !== "us-east-1" && asked !== call.region) throw wrongConstraint(String(asked));
  return String(asked);
}

function wrongConstraint(asked: string): ServiceError {
  return new ServiceError(
    "IllegalLocationConstraintException",
    400,
    `The ${asked} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

/** A bucket without content, with what the service sets on new ones. */
export function newBucket(
  name: string,
  region: string,
  now: number,
  { objectLock = false, withDefaults = false }: { objectLock?: boolean; withDefaults?: boolean } = {},
): Bucket {
  return {
    name,
    region,
    created: now,
    objectLock,
    versioning: objectLock ? "Enabled" : undefined,
    encryption: withDefaults ? defaultEncryption() : undefined,
    publicAccess: withDefaults
      ? { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true }
      : undefined,
    policyPrincipals: new Map(),
    objects: new Map(),
    uploads: new Map(),
  };
}

/** What every bucket at S3 has had since January 2023, also after its configuration was deleted. */
export function defaultEncryption(): NonNullable<Bucket["encryption"]> {
  return [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }];
}

function headBucket(call: S3Call): Answer {
  return { headers: { "x-amz-bucket-region": bucketOf(call).region } };
}

function deleteBucket(call: S3Call): Answer {
  const { state, behaviour } = call.service;
  const bucket = bucketOf(call);
  const isForced = behaviour.forceDelete && call.request.url.searchParams.get("force_delete") === "true";
  const hasUploads = behaviour.uploadsBlockDelete && bucket.uploads.size > 0;
  if (!isForced && (bucket.objects.size > 0 || hasUploads)) {
    const hint = bucket.versioning === undefined ? "" : " You must delete all versions in the bucket.";
    throw new ServiceError("BucketNotEmpty", 409, `The bucket you tried to delete is not empty.${hint}`, {
      fields: { BucketName: bucket.name },
    });
  }
  state.buckets.delete(bucket.name);
  return { status: 204 };
}

function getBucketLocation(call: S3Call): Answer {
  const { region } = bucketOf(call);
  return xmlAnswer("LocationConstraint", region === "us-east-1" ? "" : region);
}
