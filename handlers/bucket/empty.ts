import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { isNotImplemented, orGone } from "../../lib/aws/errors.ts";
import { equal } from "../../lib/equal.ts";
import { BlockedError } from "../../lib/errors.ts";
import type { BucketScope } from "./scope.ts";

/**
 * Deletes every version, delete marker and unfinished upload, a page at a time; always from the front, so a retry goes
 * on.
 * @throws BlockedError `BucketNotEmpty` where a lock holds something, or where the service only says that it deletes
 */
export async function emptyBucket(scope: BucketScope): Promise<void> {
  await drain("object", () => listPage(scope), (objects) => deletePage(scope, objects));
  await drain("upload", () => listUploads(scope), (uploads) => abortUploads(scope, uploads));
}

/** A page that comes back as it was would come back for ever. */
async function drain<T extends { readonly Key?: string | undefined }>(
  what: string,
  list: () => Promise<T[]>,
  remove: (page: T[]) => Promise<void>,
): Promise<void> {
  let before: T[] = [];
  for (let page = await list(); page.length > 0; page = await list()) {
    if (equal(page, before)) {
      throw new BlockedError("BucketNotEmpty", `The service keeps ${what} "${page[0]?.Key}", which it said it deleted`);
    }
    await remove(page);
    before = page;
  }
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

interface Upload {
  readonly Key: string | undefined;
  readonly UploadId: string | undefined;
}

async function listUploads({ s3, bucket: Bucket, signal }: BucketScope): Promise<Upload[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }), { signal });
  return Uploads.map(({ Key, UploadId }) => ({ Key, UploadId }));
}

async function abortUploads({ s3, bucket: Bucket, signal }: BucketScope, uploads: readonly Upload[]): Promise<void> {
  for (const { Key, UploadId } of uploads) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { signal, priority: "high" })
      .catch(orGone);
  }
}
