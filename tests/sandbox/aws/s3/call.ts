import { malformedXml, noSuchBucket, ServiceError } from "../errors.ts";
import type { Answer, Call } from "../service.ts";
import type { Bucket, ObjectVersion } from "../state.ts";
import { readXml, writeXml, type XmlObject, type XmlShape, type XmlValue } from "../xml.ts";
import type { S3Route } from "./route.ts";

/** An S3 request on its way to its operation. */
export interface S3Call extends Call, S3Route {}

/** One operation: what a caller needs, and what it does. */
export interface S3Operation {
  /** Such as `s3:ListBucket`; depends on the request where a version is named. */
  readonly action: string | ((call: S3Call) => string);
  run(call: S3Call): Answer;
}

const XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/";

export function xmlAnswer(root: string, value: XmlValue, headers: Record<string, string> = {}): Answer {
  return { headers: { "content-type": "application/xml", ...headers }, body: writeXml(root, value, XMLNS) };
}

export function xmlBody(call: S3Call, root: string, shape?: XmlShape): XmlObject {
  return readXml(new TextDecoder().decode(call.request.body), root, shape);
}

/** The element as an object; an empty one counts, anything else is `MalformedXML`. */
export function objectOf(value: XmlValue): XmlObject {
  if (value === "") return {};
  if (typeof value !== "object" || Array.isArray(value)) throw malformedXml();
  return value as XmlObject;
}

export function listAt(value: XmlObject, name: string): XmlObject[] {
  const list = value[name];
  return Array.isArray(list) ? list.map(objectOf) : [];
}

/** The bucket of the call. Throws for one that is missing, another account's, or in another region. */
export function bucketOf(call: S3Call): Bucket {
  const { state } = call.service;
  const bucket = state.buckets.get(call.bucket);
  if (bucket === undefined) {
    throw state.foreignBuckets.has(call.bucket)
      ? new ServiceError("AccessDenied", 403, "Access Denied")
      : noSuchBucket(call.bucket);
  }
  const location = { "x-amz-bucket-region": bucket.region };
  if (bucket.region !== call.region && call.operation !== "GetBucketLocation") {
    throw new ServiceError(
      "PermanentRedirect",
      301,
      "The bucket you are attempting to access must be addressed using the specified endpoint.",
      { headers: location, fields: { Bucket: bucket.name, Endpoint: `s3.${bucket.region}.example.com` } },
    );
  }
  return bucket;
}

/** A number from the query, or the default; never above the default. */
export function pageSizeOf(call: S3Call, name: string): number {
  const asked = call.request.url.searchParams.get(name);
  const most = call.service.behaviour.pageSize ?? 1000;
  return asked === null ? most : Math.min(Number(asked), most);
}

/** The version that a read without a version id means. */
export function latest(bucket: Bucket, key: string): ObjectVersion | undefined {
  return bucket.objects.get(key)?.[0];
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
