import { createHash } from "node:crypto";
import { payload } from "../chunked.ts";
import { invalidArgument, ServiceError } from "../errors.ts";
import { isAllowed } from "../policy/authorize.ts";
import type { Answer, Service } from "../service.ts";
import type { Bucket, ObjectVersion } from "../state.ts";
import { bucketOf, latest, type S3Call, type S3Operation } from "./call.ts";

/** Single objects: write, read, delete, with their versions. */
export const objectOperations: Readonly<Record<string, S3Operation>> = {
  PutObject: { action: "s3:PutObject", run: putObject },
  GetObject: { action: (call) => ofVersion(call, "s3:GetObject"), run: getObject },
  HeadObject: { action: (call) => ofVersion(call, "s3:GetObject"), run: headObject },
  DeleteObject: { action: (call) => ofVersion(call, "s3:DeleteObject"), run: deleteObject },
};

function ofVersion(call: S3Call, action: string): string {
  return call.request.url.searchParams.has("versionId") ? `${action}Version` : action;
}

function putObject(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const headers = [...call.request.headers].filter(([name]) =>
    name === "content-type" || name.startsWith("x-amz-meta-")
  );
  const version = storeObject(call.service, bucket, call.key, payload(call.request), Object.fromEntries(headers));
  version.lock = lockIn(call, bucket);
  return { headers: { etag: version.etag, ...versionHeader(bucket, version) } };
}

function lockIn(call: S3Call, bucket: Bucket): ObjectVersion["lock"] {
  const mode = call.request.headers.get("x-amz-object-lock-mode");
  const until = call.request.headers.get("x-amz-object-lock-retain-until-date");
  if (mode === null || until === null) return undefined;
  if (!bucket.objectLock) throw new ServiceError("InvalidRequest", 400, "Bucket is missing Object Lock Configuration");
  return { mode, until: Date.parse(until) };
}

/** Puts a version on top; without versioning it takes the place of the one before. */
export function storeObject(
  service: Service,
  bucket: Bucket,
  key: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): ObjectVersion {
  const etag = `"${createHash("md5").update(body).digest("hex")}"`;
  return push(service, bucket, key, { deleteMarker: false, body, etag, headers });
}

function push(
  { ids, now }: Service,
  bucket: Bucket,
  key: string,
  content: Pick<ObjectVersion, "deleteMarker" | "body" | "etag" | "headers">,
): ObjectVersion {
  const versionId = bucket.versioning === "Enabled" ? ids.versionId() : "null";
  const version: ObjectVersion = { key, versionId, modified: now(), ...content };
  // Only one version is called `null`: the one written while versioning is off or suspended.
  const kept = (bucket.objects.get(key) ?? []).filter((older) => versionId !== "null" || older.versionId !== "null");
  bucket.objects.set(key, [version, ...kept]);
  return version;
}

function versionHeader(bucket: Bucket, { versionId }: ObjectVersion): Record<string, string> {
  return bucket.versioning === undefined ? {} : { "x-amz-version-id": versionId };
}

function getObject(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const version = wantedVersion(call, bucket);
  return {
    headers: {
      "content-type": "binary/octet-stream",
      ...version.headers,
      etag: version.etag,
      "last-modified": new Date(version.modified).toUTCString(),
      ...versionHeader(bucket, version),
    },
    body: version.body,
  };
}

function headObject(call: S3Call): Answer {
  const { headers, body } = getObject(call);
  return { headers: { ...headers, "content-length": String(body?.length ?? 0) } };
}

function wantedVersion(call: S3Call, bucket: Bucket): ObjectVersion {
  const id = call.request.url.searchParams.get("versionId");
  const version = id === null
    ? latest(bucket, call.key)
    : bucket.objects.get(call.key)?.find(({ versionId }) => versionId === id);
  if (version === undefined) throw absent(call, bucket, id);
  if (!version.deleteMarker) return version;
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId };
  if (id === null) throw new ServiceError("NoSuchKey", 404, "The specified key does not exist.", { headers });
  throw new ServiceError("MethodNotAllowed", 405, "The specified method is not allowed against this resource.", {
    headers,
  });
}

/** Whoever may not list the bucket is not told that a key is absent. */
function absent(call: S3Call, bucket: Bucket, id: string | null): ServiceError {
  const mayList = isAllowed(call, { action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket.name}`, bucket });
  if (!mayList) return new ServiceError("AccessDenied", 403, "Access Denied");
  return id === null
    ? new ServiceError("NoSuchKey", 404, "The specified key does not exist.", { fields: { Key: call.key } })
    : new ServiceError("NoSuchVersion", 404, "The specified version does not exist.", { fields: { Key: call.key } });
}

function deleteObject(call: S3Call): Answer {
  const bucket = bucketOf(call);
  const bypass = call.request.headers.get("x-amz-bypass-governance-retention")?.toLowerCase() === "true";
  const versionId = call.request.url.searchParams.get("versionId") ?? undefined;
  const removed = removeObject(call.service, bucket, call.key, { versionId, bypass });
  return {
    status: 204,
    headers: {
      ...(removed.deleteMarker ? { "x-amz-delete-marker": "true" } : {}),
      ...(removed.versionId === undefined ? {} : { "x-amz-version-id": removed.versionId }),
    },
  };
}

/** What a deletion did: made or removed a delete marker, and which version it was about. */
export interface Removed {
  readonly deleteMarker: boolean;
  readonly versionId?: string;
}

/** Removes one version for good, or hides the key behind a delete marker. Absent keys and versions are fine. */
export function removeObject(
  service: Service,
  bucket: Bucket,
  key: string,
  { versionId, bypass }: { versionId: string | undefined; bypass: boolean },
): Removed {
  if (bypass && !bucket.objectLock) {
    throw invalidArgument("x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.");
  }
  if (versionId !== undefined) return removeVersion(service, bucket, key, versionId, bypass);
  if (bucket.versioning === undefined) {
    bucket.objects.delete(key);
    return { deleteMarker: false };
  }
  const marker = push(service, bucket, key, { deleteMarker: true, body: new Uint8Array(), etag: "", headers: {} });
  return { deleteMarker: true, versionId: marker.versionId };
}

function removeVersion({ now }: Service, bucket: Bucket, key: string, versionId: string, bypass: boolean): Removed {
  const versions = bucket.objects.get(key) ?? [];
  const version = versions.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) return { deleteMarker: false, versionId };
  const { lock } = version;
  if (lock !== undefined && lock.until > now() && !(lock.mode === "GOVERNANCE" && bypass)) {
    throw new ServiceError("AccessDenied", 403, "Access Denied because object protected by object lock.");
  }
  const kept = versions.filter((candidate) => candidate !== version);
  if (kept.length > 0) bucket.objects.set(key, kept);
  else bucket.objects.delete(key);
  return { deleteMarker: version.deleteMarker, versionId };
}
