import type { Answer } from "../service.ts";
import type { Bucket, ObjectVersion } from "../state.ts";
import type { XmlObject } from "../xml.ts";
import { bucketOf, isoTime, pageSizeOf, type S3Call, type S3Operation, xmlAnswer } from "./call.ts";

/** Listings of objects and their versions. */
export const listingOperations: Readonly<Record<string, S3Operation>> = {
  ListObjects: { action: "s3:ListBucket", run: listObjects },
  ListObjectsV2: { action: "s3:ListBucket", run: listObjectsV2 },
  ListObjectVersions: { action: "s3:ListBucketVersions", run: listVersions },
};

interface Entry {
  /** Sorts and continues the listing: the key, and for versions also the place among the key's versions. */
  readonly position: string;
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

interface Page {
  readonly entries: readonly Entry[];
  readonly prefixes: readonly string[];
  readonly next: string | undefined;
}

/** Text order of keys as S3 has it: by UTF-8 bytes, not by UTF-16 units. */
function sortedKeys(bucket: Bucket): string[] {
  const encoder = new TextEncoder();
  return [...bucket.objects.keys()].map((key) => ({ key, bytes: encoder.encode(key) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ key }) => key);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  if (at < 0) return a.length - b.length;
  return at >= b.length ? 1 : (a[at] ?? 0) - (b[at] ?? 0);
}

function entriesOf(bucket: Bucket, { allVersions }: { allVersions: boolean }): Entry[] {
  return sortedKeys(bucket).flatMap((key) => {
    const versions = bucket.objects.get(key) ?? [];
    const entries = versions.map((version, index) => ({
      position: allVersions ? `${key}\0${version.versionId}` : key,
      version,
      isLatest: index === 0,
    }));
    return allVersions ? entries : entries.filter(({ version, isLatest }) => isLatest && !version.deleteMarker);
  });
}

/** Cuts a page: from after `after`, with the prefix, what has the delimiter rolled up. */
function page(entries: readonly Entry[], call: S3Call, after: (entry: Entry) => boolean): Page {
  const query = call.request.url.searchParams;
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const most = pageSizeOf(call, "max-keys");
  const taken: Entry[] = [];
  const prefixes = new Set<string>();
  let last: string | undefined;
  for (const entry of entries.filter(({ version }) => version.key.startsWith(prefix)).filter(after)) {
    const end = delimiter === "" ? -1 : entry.version.key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : entry.version.key.slice(0, end + delimiter.length);
    if (common === undefined || !prefixes.has(common)) {
      if (taken.length + prefixes.size >= most) return { entries: taken, prefixes: [...prefixes], next: last };
      if (common === undefined) taken.push(entry);
      else prefixes.add(common);
    }
    last = entry.position;
  }
  return { entries: taken, prefixes: [...prefixes], next: undefined };
}

/** True once the entry at `position` has gone by; where it is gone, what sorts after its key. */
function passed(entries: readonly Entry[], position: string): (entry: Entry) => boolean {
  if (position === "") return () => true;
  const at = entries.findIndex((entry) => entry.position === position);
  const rest = new Set(at < 0 ? entries.filter((entry) => entry.position > position) : entries.slice(at + 1));
  return (entry) => rest.has(entry);
}

function contents(call: S3Call, entries: readonly Entry[]): XmlObject[] {
  return entries.map(({ version }) => ({
    Key: shown(call, version.key),
    LastModified: isoTime(version.modified),
    ETag: version.etag,
    Size: version.body.length,
    StorageClass: "STANDARD",
  }));
}

function common(call: S3Call, { prefixes, next }: Page): XmlObject {
  const query = call.request.url.searchParams;
  return {
    Name: call.bucket,
    Prefix: shown(call, query.get("prefix") ?? ""),
    Delimiter: query.get("delimiter") ?? undefined,
    MaxKeys: pageSizeOf(call, "max-keys"),
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: next !== undefined,
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: shown(call, prefix) })),
  };
}

function shown(call: S3Call, text: string): string {
  const isEncoded = call.request.url.searchParams.get("encoding-type") === "url";
  return isEncoded ? encodeURIComponent(text).replaceAll("%2F", "/") : text;
}

function listObjects(call: S3Call): Answer {
  const marker = call.request.url.searchParams.get("marker") ?? "";
  const entries = entriesOf(bucketOf(call), { allVersions: false });
  const found = page(entries, call, passed(entries, marker));
  return xmlAnswer("ListBucketResult", {
    ...common(call, found),
    Marker: shown(call, marker),
    // As S3 does it: without a delimiter the last key is the marker.
    NextMarker: call.request.url.searchParams.has("delimiter") ? found.next : undefined,
    Contents: contents(call, found.entries),
  });
}

function listObjectsV2(call: S3Call): Answer {
  const query = call.request.url.searchParams;
  const token = query.get("continuation-token");
  const entries = entriesOf(bucketOf(call), { allVersions: false });
  const after = token === null ? query.get("start-after") ?? "" : decodeURIComponent(token);
  const found = page(entries, call, passed(entries, after));
  return xmlAnswer("ListBucketResult", {
    ...common(call, found),
    KeyCount: found.entries.length + found.prefixes.length,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: found.next === undefined ? undefined : encodeURIComponent(found.next),
    Contents: contents(call, found.entries),
  });
}

function listVersions(call: S3Call): Answer {
  const query = call.request.url.searchParams;
  const entries = entriesOf(bucketOf(call), { allVersions: true });
  const [keyMarker, idMarker] = [query.get("key-marker") ?? "", query.get("version-id-marker")];
  // Without a version id the marker means all versions of its key; "\uffff" sorts after each of them.
  const found = page(entries, call, passed(entries, keyMarker && `${keyMarker}\0${idMarker ?? "\uffff"}`));
  const [nextKey, nextId] = found.next?.split("\0") ?? [];
  const isMarker = ({ version }: Entry) => version.deleteMarker;
  return xmlAnswer("ListVersionsResult", {
    ...common(call, found),
    KeyMarker: keyMarker,
    VersionIdMarker: idMarker ?? "",
    NextKeyMarker: nextKey,
    NextVersionIdMarker: nextId,
    Version: found.entries.filter((entry) => !isMarker(entry)).map((entry) => ({
      ...contents(call, [entry])[0],
      VersionId: entry.version.versionId,
      IsLatest: entry.isLatest,
    })),
    DeleteMarker: found.entries.filter(isMarker).map(({ version, isLatest }) => ({
      Key: shown(call, version.key),
      VersionId: version.versionId,
      IsLatest: isLatest,
      LastModified: isoTime(version.modified),
    })),
  });
}
