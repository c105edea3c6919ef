import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type ContractCase, refused } from "./case.ts";

async function bucketWith(s3: S3Client, Bucket: string, keys: readonly string[]): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return Bucket;
}

async function enableVersioning(s3: S3Client, Bucket: string): Promise<void> {
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
}

/** Objects, their versions, and uploads. */
export const objectCases: readonly ContractCase[] = [
  {
    fact: "an object comes back as it was put, whatever its key",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-object", []);
      const Key = "a b/é+(1)*!'~.txt";
      await s3.send(
        new PutObjectCommand({ Bucket, Key, Body: "hello", ContentType: "text/x", Metadata: { one: "1" } }),
      );
      const read = await s3.send(new GetObjectCommand({ Bucket, Key }));
      assert.equal(await read.Body?.transformToString(), "hello");
      assert.deepEqual([read.ContentType, read.Metadata], ["text/x", { one: "1" }]);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      assert.deepEqual([head.ContentLength, head.ETag], [5, read.ETag]);
    },
  },
  {
    fact: "an object put with a checksum after its body comes back without it",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-checksum", []);
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello", ChecksumAlgorithm: "CRC32" }));
      const read = await s3.send(new GetObjectCommand({ Bucket, Key: "a" }));
      assert.equal(await read.Body?.transformToString(), "hello");
    },
  },
  {
    fact: "a missing object is NoSuchKey, without a body for HEAD, and may be deleted",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-no-key", []);
      await refused(s3.send(new GetObjectCommand({ Bucket, Key: "a" })), "NoSuchKey", 404);
      await refused(s3.send(new HeadObjectCommand({ Bucket, Key: "a" })), "NotFound", 404);
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    },
  },
  {
    fact: "a listing goes on where its page ended, in both versions of the API",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-pages", ["a", "b", "c"]);
      const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
      assert.deepEqual([first.Contents?.map(({ Key }) => Key), first.IsTruncated], [["a", "b"], true]);
      const ContinuationToken = first.NextContinuationToken;
      const rest = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
      assert.deepEqual([rest.Contents?.map(({ Key }) => Key), rest.IsTruncated], [["c"], false]);
      const old = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Marker: "a" }));
      assert.deepEqual(old.Contents?.map(({ Key }) => Key), ["b", "c"]);
    },
  },
  {
    fact: "a delimiter rolls keys up into prefixes",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-prefixes", ["a", "d/1", "d/2", "e/f/1"]);
      const { Contents, CommonPrefixes } = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
      assert.deepEqual(Contents?.map(({ Key }) => Key), ["a"]);
      assert.deepEqual(CommonPrefixes?.map(({ Prefix }) => Prefix), ["d/", "e/"]);
      const inside = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/", Prefix: "e/" }));
      assert.deepEqual(inside.CommonPrefixes?.map(({ Prefix }) => Prefix), ["e/f/"]);
    },
  },
  {
    fact: "with versioning a deletion hides the object, and the bucket is full until every version is gone",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-versions", ["before"]);
      await enableVersioning(s3, Bucket);
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }));
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "2" }));
      const { DeleteMarker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      assert.equal(DeleteMarker, true);
      await refused(s3.send(new GetObjectCommand({ Bucket, Key: "a" })), "NoSuchKey", 404);
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
      assert.deepEqual([Versions.length, DeleteMarkers.length], [3, 1]);
      assert.equal(Versions.find(({ Key }) => Key === "before")?.VersionId, "null");
      await refused(s3.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty", 409);
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId = "" }) => ({ Key, VersionId }));
      const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      assert.deepEqual([Deleted?.length, Errors], [4, undefined]);
      await s3.send(new DeleteBucketCommand({ Bucket }));
    },
  },
  {
    fact: "an old version can be read by its id",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-old-version", []);
      await enableVersioning(s3, Bucket);
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }));
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "2" }));
      const read = await s3.send(new GetObjectCommand({ Bucket, Key: "a", VersionId }));
      assert.equal(await read.Body?.transformToString(), "1");
    },
  },
  {
    fact: "a listing of versions goes on where its page ended",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-version-pages", []);
      await enableVersioning(s3, Bucket);
      for (const Body of ["1", "2", "3"]) await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body }));
      const seen = new Set<string>();
      let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (let isTruncated = true; isTruncated;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, ...next }));
        page.Versions?.forEach(({ VersionId = "" }) => seen.add(VersionId));
        next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
        isTruncated = page.IsTruncated ?? false;
      }
      assert.equal(seen.size, 3);
    },
  },
  {
    fact: "an upload is begun, listed and aborted",
    async run({ s3 }) {
      const Bucket = await bucketWith(s3, "contract-upload", []);
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
      const list = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];
      assert.deepEqual((await list()).map((upload) => [upload.Key, upload.UploadId]), [["big", UploadId]]);
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "big", UploadId }));
      assert.deepEqual(await list(), []);
      await refused(s3.send(new AbortMultipartUploadCommand({ Bucket, Key: "big", UploadId })), "NoSuchUpload", 404);
    },
  },
];
