import { ServiceError } from "../errors.ts";
import type { Answer } from "../service.ts";
import { bucketOf, isoTime, pageSizeOf, type S3Call, type S3Operation, xmlAnswer } from "./call.ts";

/** Multipart uploads, as far as emptying a bucket meets them: begun, listed, aborted. */
export const uploadOperations: Readonly<Record<string, S3Operation>> = {
  CreateMultipartUpload: { action: "s3:PutObject", run: create },
  ListMultipartUploads: { action: "s3:ListBucketMultipartUploads", run: list },
  AbortMultipartUpload: { action: "s3:AbortMultipartUpload", run: abort },
};

function create(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const id = call.service.ids.uploadId();
  bucket.uploads.set(id, { id, key: call.key, started: call.service.now() });
  return xmlAnswer("InitiateMultipartUploadResult", { Bucket: bucket.name, Key: call.key, UploadId: id });
}

function list(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const query = call.request.url.searchParams;
  const most = pageSizeOf(call, "max-uploads");
  const place = (key: string, id: string) => `${key}\0${id}`;
  const after = query.has("key-marker")
    ? place(query.get("key-marker") ?? "", query.get("upload-id-marker") ?? "\uffff")
    : "";
  const uploads = [...bucket.uploads.values()]
    .filter(({ key }) => key.startsWith(query.get("prefix") ?? ""))
    .filter(({ key, id }) => place(key, id) > after)
    .sort((a, b) => place(a.key, a.id) < place(b.key, b.id) ? -1 : 1);
  const shown = uploads.slice(0, most);
  const last = shown.at(-1);
  const isTruncated = uploads.length > most;
  return xmlAnswer("ListMultipartUploadsResult", {
    Bucket: bucket.name,
    MaxUploads: most,
    IsTruncated: isTruncated,
    NextKeyMarker: isTruncated ? last?.key : undefined,
    NextUploadIdMarker: isTruncated ? last?.id : undefined,
    Upload: shown.map(({ key, id, started }) => ({
      Key: key,
      UploadId: id,
      StorageClass: "STANDARD",
      Initiated: isoTime(started),
    })),
  });
}

function abort(call: S3Call): Answer {
  const id = call.request.url.searchParams.get("uploadId") ?? "";
  if (!bucketOf(call).uploads.delete(id)) {
    throw new ServiceError("NoSuchUpload", 404, "The specified multipart upload does not exist.");
  }
  return { status: 204 };
}
