import type { S3Client } from "@aws-sdk/client-s3";
import type { Caller, Connection } from "../../lib/aws/api.ts";
import type { Bucket } from "../kinds.ts";
import type { Step } from "../plan.ts";

/** What every part of a bucket may touch. */
export interface BucketScope {
  readonly connection: Connection;
  readonly s3: Caller<S3Client>;
  /** The bucket's name at the service. */
  readonly bucket: string;
  readonly region: string;
  readonly signal: AbortSignal;
}

/** `cluster`: nothing outside is concerned, as when a bucket is retained. */
export type Scope = BucketScope | "cluster";

export type BucketStep = Step<Scope, NonNullable<Bucket["status"]>>;
