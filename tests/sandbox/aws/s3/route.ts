import type { RawRequest } from "../sigv4.ts";

/** Which operation a request means, by its method, path and query. */
export interface S3Route {
  /** The API's name, such as `PutBucketTagging`; `Unknown` where there is none. */
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
}

/** Operation by query parameter, then method, on a bucket. */
const ON_BUCKET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  location: { GET: "GetBucketLocation" },
  versioning: { GET: "GetBucketVersioning", PUT: "PutBucketVersioning" },
  encryption: { GET: "GetBucketEncryption", PUT: "PutBucketEncryption", DELETE: "DeleteBucketEncryption" },
  publicAccessBlock: {
    GET: "GetPublicAccessBlock",
    PUT: "PutPublicAccessBlock",
    DELETE: "DeletePublicAccessBlock",
  },
  lifecycle: {
    GET: "GetBucketLifecycleConfiguration",
    PUT: "PutBucketLifecycleConfiguration",
    DELETE: "DeleteBucketLifecycle",
  },
  cors: { GET: "GetBucketCors", PUT: "PutBucketCors", DELETE: "DeleteBucketCors" },
  tagging: { GET: "GetBucketTagging", PUT: "PutBucketTagging", DELETE: "DeleteBucketTagging" },
  policyStatus: { GET: "GetBucketPolicyStatus" },
  policy: { GET: "GetBucketPolicy", PUT: "PutBucketPolicy", DELETE: "DeleteBucketPolicy" },
  versions: { GET: "ListObjectVersions" },
  uploads: { GET: "ListMultipartUploads" },
  delete: { POST: "DeleteObjects" },
  "object-lock": { GET: "GetObjectLockConfiguration" },
  // Known, and answered with NotImplemented: nobody may take them for a listing or a creation.
  acl: { GET: "GetBucketAcl", PUT: "PutBucketAcl" },
  logging: { GET: "GetBucketLogging", PUT: "PutBucketLogging" },
  website: { GET: "GetBucketWebsite", PUT: "PutBucketWebsite", DELETE: "DeleteBucketWebsite" },
  replication: { GET: "GetBucketReplication", PUT: "PutBucketReplication", DELETE: "DeleteBucketReplication" },
  notification: { GET: "GetBucketNotificationConfiguration", PUT: "PutBucketNotificationConfiguration" },
  accelerate: { GET: "GetBucketAccelerateConfiguration", PUT: "PutBucketAccelerateConfiguration" },
  requestPayment: { GET: "GetBucketRequestPayment", PUT: "PutBucketRequestPayment" },
  ownershipControls: { GET: "GetBucketOwnershipControls", PUT: "PutBucketOwnershipControls" },
  inventory: { GET: "ListBucketInventoryConfigurations" },
};

const ON_OBJECT: typeof ON_BUCKET = {
  uploads: { POST: "CreateMultipartUpload" },
  uploadId: { DELETE: "AbortMultipartUpload", GET: "ListParts", PUT: "UploadPart", POST: "CompleteMultipartUpload" },
  tagging: { GET: "GetObjectTagging", PUT: "PutObjectTagging", DELETE: "DeleteObjectTagging" },
  acl: { GET: "GetObjectAcl", PUT: "PutObjectAcl" },
  retention: { GET: "GetObjectRetention", PUT: "PutObjectRetention" },
  "legal-hold": { GET: "GetObjectLegalHold", PUT: "PutObjectLegalHold" },
};

const PLAIN_BUCKET: Readonly<Record<string, string>> = {
  PUT: "CreateBucket",
  HEAD: "HeadBucket",
  DELETE: "DeleteBucket",
  GET: "ListObjects",
};

const PLAIN_OBJECT: Readonly<Record<string, string>> = {
  PUT: "PutObject",
  GET: "GetObject",
  HEAD: "HeadObject",
  DELETE: "DeleteObject",
};

/** Path style only. */
export function routeS3({ method, url, headers }: Pick<RawRequest, "method" | "url" | "headers">): S3Route {
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(url.pathname) ?? [];
  const names = { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  return { operation: operationOf(method, url.searchParams, names, headers) ?? "Unknown", ...names };
}

function operationOf(
  method: string,
  query: URLSearchParams,
  { bucket, key }: { bucket: string; key: string },
  headers: Headers,
): string | undefined {
  if (bucket === "") return method === "GET" ? "ListBuckets" : undefined;
  const table = key === "" ? ON_BUCKET : ON_OBJECT;
  const subresource = Object.keys(table).find((name) => query.has(name));
  if (subresource !== undefined) return table[subresource]?.[method];
  if (key !== "") return method === "PUT" && headers.has("x-amz-copy-source") ? "CopyObject" : PLAIN_OBJECT[method];
  return method === "GET" && query.get("list-type") === "2" ? "ListObjectsV2" : PLAIN_BUCKET[method];
}
