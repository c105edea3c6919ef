import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { isNotImplemented } from "../../lib/aws/errors.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { BucketScope } from "./scope.ts";

/** Deletes every version, delete marker and unfinished upload, a page at a time; always from the front, so a retry goes on. */
export async function emptyBucket(scope: BucketScope): Promise<void> {
  for (;;) {
    const objects = await listPage(scope);
    if (objects.length === 0) break;
    await deletePage(scope, objects);
  }
  await abortUploads(scope);
}

async function listPage({ s3, bucket: Bucket, signal }: BucketScope): Promise<ObjectIdentifier[]> {
  try {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }), { signal });
    return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, ...(VersionId ? { VersionId } : {}) }));
  } catch (error) {
    if (!isNotImplemented(error)) throw error;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }), { signal });
    return Contents.map(({ Key }) => ({ Key }));
  }
}

async function deletePage({ s3, bucket: Bucket, signal }: BucketScope, Objects: ObjectIdentifier[]): Promise<void> {
  const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }), {
    signal,
    priority: "high",
  });
  const [first] = Errors;
  if (first === undefined) return;
  throw new BlockedError(
    "BucketNotEmpty",
    `${Errors.length} object(s) cannot be deleted, such as "${first.Key}": ${first.Code}: remove its lock or hold`,
  );
}

async function abortUploads({ s3, bucket: Bucket, signal }: BucketScope): Promise<void> {
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }), { signal });
    if (Uploads.length === 0) return;
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { signal, priority: "high" });
    }
  }
}
