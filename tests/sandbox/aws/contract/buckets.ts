import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { type ContractCase, refused } from "./case.ts";

/** Buckets themselves. */
export const bucketCases: readonly ContractCase[] = [
  {
    fact: "a bucket is created, seen, listed, deleted, and gone",
    async run({ s3 }) {
      const Bucket = "contract-life";
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new HeadBucketCommand({ Bucket }));
      const { Buckets = [] } = await s3.send(new ListBucketsCommand());
      assert.ok(Buckets.some(({ Name, CreationDate }) => Name === Bucket && CreationDate instanceof Date));
      await s3.send(new DeleteBucketCommand({ Bucket }));
      await refused(s3.send(new HeadBucketCommand({ Bucket })), "NotFound", 404);
      await refused(s3.send(new DeleteBucketCommand({ Bucket })), "NoSuchBucket", 404);
    },
  },
  {
    fact: "creating one's own bucket again is refused outside us-east-1",
    async run({ s3As }) {
      const s3 = s3As({ region: "eu-west-1" });
      const create = () =>
        s3.send(
          new CreateBucketCommand({
            Bucket: "contract-twice",
            CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
          }),
        );
      await create();
      await refused(create(), "BucketAlreadyOwnedByYou", 409);
    },
  },
  {
    fact: "a location is the region the bucket was created in, and none for us-east-1",
    async run({ s3, s3As }) {
      const eu = s3As({ region: "eu-west-2" });
      const CreateBucketConfiguration = { LocationConstraint: "eu-west-2" } as const;
      await eu.send(new CreateBucketCommand({ Bucket: "contract-eu", CreateBucketConfiguration }));
      await s3.send(new CreateBucketCommand({ Bucket: "contract-us" }));
      const locationOf = async (Bucket: string) =>
        (await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
      assert.equal(await locationOf("contract-eu"), "eu-west-2");
      assert.equal(await locationOf("contract-us"), undefined);
    },
  },
  {
    // The SDK adds its own region where there is no location, so what S3 says to that cannot be asked with it.
    fact: "a location other than the endpoint's region is refused",
    async run({ s3As }) {
      const Bucket = "contract-elsewhere";
      const CreateBucketConfiguration = { LocationConstraint: "eu-west-2" } as const;
      const create = s3As({ region: "eu-west-1" }).send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      await refused(create, "IllegalLocationConstraintException", 400);
    },
  },
  {
    fact: "a bucket in another region is a redirect that names the region",
    about: "regions",
    async run({ s3, s3As }) {
      const Bucket = "contract-redirect";
      const CreateBucketConfiguration = { LocationConstraint: "eu-west-2" } as const;
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      const error = await s3.send(new DeleteBucketCommand({ Bucket })).catch((thrown) => thrown);
      assert.equal(error.name, "PermanentRedirect");
      assert.equal(error.$response.headers["x-amz-bucket-region"], "eu-west-2");
      await s3As({ region: "eu-west-2" }).send(new DeleteBucketCommand({ Bucket }));
    },
  },
  {
    fact: "a name that breaks the rules is refused",
    about: "bucket name rules",
    async run({ s3 }) {
      await refused(s3.send(new CreateBucketCommand({ Bucket: "Capital" })), "InvalidBucketName", 400);
    },
  },
  {
    fact: "a bucket with an object cannot be deleted",
    async run({ s3 }) {
      const Bucket = "contract-full";
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }));
      await refused(s3.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty", 409);
    },
  },
];
