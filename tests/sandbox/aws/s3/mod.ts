import { notImplemented, ServiceError } from "../errors.ts";
import { authorize } from "../policy/authorize.ts";
import type { Answer } from "../service.ts";
import { bucketOperations } from "./buckets.ts";
import { bucketOf, type S3Call, type S3Operation, xmlAnswer } from "./call.ts";
import { deleteObjects } from "./delete_objects.ts";
import { listingOperations } from "./listing.ts";
import { objectOperations } from "./objects.ts";
import { policyOperations } from "./policies.ts";
import { ruleOperations } from "./rules.ts";
import { settingOperations } from "./settings.ts";
import { uploadOperations } from "./uploads.ts";

const OPERATIONS: Readonly<Record<string, S3Operation>> = {
  ...bucketOperations,
  ...settingOperations,
  ...ruleOperations,
  ...policyOperations,
  ...objectOperations,
  ...listingOperations,
  ...uploadOperations,
  DeleteObjects: deleteObjects,
  GetObjectLockConfiguration: { action: "s3:GetBucketObjectLockConfiguration", run: getObjectLock },
};

/** Runs one S3 call. Throws `ServiceError`. */
export function answerS3(call: S3Call): Answer {
  const { behaviour, state } = call.service;
  const operation = OPERATIONS[call.operation];
  if (call.operation === "Unknown") {
    throw new ServiceError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
  }
  if (operation === undefined || behaviour.unsupported.has(call.operation)) throw notImplemented(call.operation);
  const action = typeof operation.action === "string" ? operation.action : operation.action(call);
  const query = call.request.url.searchParams;
  // Everybody is told that a bucket is missing or elsewhere, also who may do nothing with it.
  if (call.bucket !== "" && call.operation !== "CreateBucket") bucketOf(call);
  if (action !== "") {
    authorize(call, {
      action,
      resource: resourceOf(call),
      bucket: state.buckets.get(call.bucket),
      facts: { "s3:prefix": query.get("prefix") ?? undefined, "s3:delimiter": query.get("delimiter") ?? undefined },
    });
  }
  return behaviour.forgets.has(call.operation) ? {} : operation.run(call);
}

function resourceOf({ bucket, key }: S3Call): string {
  if (bucket === "") return "arn:aws:s3:::*";
  return key === "" ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

function getObjectLock(call: S3Call): Answer {
  if (!bucketOf(call).objectLock) {
    throw new ServiceError(
      "ObjectLockConfigurationNotFoundError",
      404,
      "Object Lock configuration does not exist for this bucket",
    );
  }
  return xmlAnswer("ObjectLockConfiguration", { ObjectLockEnabled: "Enabled" });
}
