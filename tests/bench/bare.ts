import * as iam from "@aws-sdk/client-iam";
import * as s3 from "@aws-sdk/client-s3";
import { openAwsHttp } from "../../lib/platform/aws_http.ts";
import { inParallel } from "./ready.ts";
import type { Stack } from "./stack.ts";

/**
 * The yardstick: a client that knows what must be done and does nothing else. It makes the least calls, looks and
 * read-backs included, in the order in which they depend on each other, reads in parallel as the operator does. It
 * says nothing to Kubernetes, or else makes there as many requests as the operator must, at the same points.
 */
export class BareClient implements Disposable {
  readonly #s3: s3.S3Client;
  readonly #iam: iam.IAMClient;
  readonly #http = openAwsHttp({ insecureSkipVerify: false });

  readonly #stack: Stack;
  readonly #withKube: boolean;

  constructor(stack: Stack, { withKube }: { readonly withKube: boolean }) {
    const { aws: { url: endpoint, ...credentials } } = stack;
    this.#stack = stack;
    this.#withKube = withKube;
    const shared = { endpoint, credentials, maxAttempts: 1, requestHandler: this.#http.requestHandler };
    const checksums = "WHEN_REQUIRED";
    this.#s3 = new s3.S3Client({
      ...shared,
      region: "us-east-1",
      forcePathStyle: true,
      requestChecksumCalculation: checksums,
      responseChecksumValidation: checksums,
    });
    this.#iam = new iam.IAMClient({ ...shared, region: "us-east-1" });
  }

  [Symbol.dispose](): void {
    this.#s3.destroy();
    this.#iam.destroy();
    this.#http.close();
  }

  /** Buckets with the five settings of `objects.ts`: twelve calls each. Resolves to milliseconds. */
  async plainBuckets(names: readonly string[], concurrency: number): Promise<number> {
    const started = performance.now();
    await inParallel(names, concurrency, (name) => this.#plainBucket(name));
    return performance.now() - started;
  }

  /**
   * Buckets, each with a user, a key and a policy: fifteen calls each. Like the operator it has so many workers for each
   * kind: buckets and users go side by side, keys wait for users, policies for both. Resolves to milliseconds.
   */
  async autoBuckets(names: readonly string[], concurrency: number): Promise<number> {
    const started = performance.now();
    const made = new Map(names.map((name) => [name, { user: gate<string>(), bucket: gate<void>() }]));
    const of = (name: string) => made.get(name) as NonNullable<ReturnType<typeof made.get>>;
    await Promise.all([
      inParallel(names, concurrency, async (name) => of(name).bucket.open(await this.#emptyBucket(name))),
      inParallel(names, concurrency, async (name) => of(name).user.open(await this.#user(name))),
      inParallel(names, concurrency, async (name) => {
        await of(name).user.opened;
        await this.#key(name);
      }),
      inParallel(names, concurrency, async (name) => {
        const [arn] = await Promise.all([of(name).user.opened, of(name).bucket.opened]);
        await this.#policy(name, arn);
      }),
    ]);
    return performance.now() - started;
  }

  async #plainBucket(Bucket: string): Promise<void> {
    const { tags, lifecycle, cors } = RULES;
    await this.#kube(3); // the object itself, the finalizer, the record of the creation
    await absent(this.#s3.send(new s3.HeadBucketCommand({ Bucket })));
    await this.#s3.send(new s3.CreateBucketCommand({ Bucket }));
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    await this.#s3.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await this.#s3.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await this.#s3.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }));
    await this.#s3.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: cors }));
    await this.#s3.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: tags }));
    await Promise.all([
      this.#s3.send(new s3.GetPublicAccessBlockCommand({ Bucket })),
      this.#s3.send(new s3.GetBucketVersioningCommand({ Bucket })),
      this.#s3.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket })),
      this.#s3.send(new s3.GetBucketCorsCommand({ Bucket })),
      this.#s3.send(new s3.GetBucketTaggingCommand({ Bucket })),
    ]);
    await this.#kube(2); // status, Event
  }

  async #emptyBucket(Bucket: string): Promise<void> {
    await this.#kube(6); // the object itself, the finalizer, the record of the creation, three children
    await absent(this.#s3.send(new s3.HeadBucketCommand({ Bucket })));
    await this.#s3.send(new s3.CreateBucketCommand({ Bucket }));
    await this.#s3.send(new s3.HeadBucketCommand({ Bucket }));
    await this.#kube(3); // two statuses, one Event
  }

  async #user(UserName: string): Promise<string> {
    const PolicyName = `${UserName}-policy`;
    await this.#kube(2); // finalizer, the record of the creation
    await absent(this.#iam.send(new iam.GetUserCommand({ UserName })));
    const { User } = await this.#iam.send(new iam.CreateUserCommand({ UserName }));
    const Tags = [{ Key: "ManagedBy", Value: "bench" }, { Key: "Bucket", Value: UserName }];
    await this.#iam.send(new iam.TagUserCommand({ UserName, Tags }));
    const PolicyDocument = JSON.stringify(policy(UserName));
    await this.#iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    await Promise.all([
      this.#iam.send(new iam.GetUserPolicyCommand({ UserName, PolicyName })),
      this.#iam.send(new iam.ListUserTagsCommand({ UserName })),
    ]);
    await this.#kube(3); // status, two Events
    return User?.Arn ?? "";
  }

  async #key(UserName: string): Promise<void> {
    await this.#iam.send(new iam.ListAccessKeysCommand({ UserName }));
    await this.#kube(4); // Secret and object are read; finalizer, intent
    await this.#iam.send(new iam.CreateAccessKeyCommand({ UserName }));
    await this.#kube(1); // Secret
    await this.#iam.send(new iam.ListAccessKeysCommand({ UserName }));
    await this.#kube(2); // status, Event
  }

  async #policy(Bucket: string, AWS: string): Promise<void> {
    await this.#kube(2); // finalizer, the record of the creation
    await absent(this.#s3.send(new s3.GetBucketPolicyCommand({ Bucket })));
    await this.#s3.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy(Bucket, { AWS })) }));
    await this.#s3.send(new s3.GetBucketPolicyCommand({ Bucket }));
    await this.#kube(2); // status, Event
  }

  /** So many requests to Kubernetes, one after the other, about an object that nobody watches. */
  async #kube(requests: number): Promise<void> {
    if (!this.#withKube) return;
    for (let request = 0; request < requests; request++) await this.#stack.touch();
  }
}

const RULES: {
  readonly tags: s3.Tagging;
  readonly lifecycle: s3.BucketLifecycleConfiguration;
  readonly cors: s3.CORSConfiguration;
} = {
  tags: { TagSet: [{ Key: "team", Value: "storage" }] },
  lifecycle: { Rules: [{ ID: "old", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 30 } }] },
  cors: {
    CORSRules: [{ AllowedOrigins: ["https://www.example.com"], AllowedMethods: ["GET"], MaxAgeSeconds: 3600 }],
  },
};

function policy(bucket: string, Principal?: object): object {
  const Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"];
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const statement = { Effect: "Allow", ...(Principal ? { Principal } : {}), Action, Resource };
  return { Version: "2012-10-17", Statement: [statement] };
}

/** What is looked for is not there yet: the service says so by an error. */
async function absent(looking: Promise<unknown>): Promise<void> {
  await looking.then(() => {
    throw new Error("It is there already");
  }, (error) => {
    if (error?.$metadata?.httpStatusCode !== 404) throw error;
  });
}

function gate<T>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { opened: promise, open: resolve };
}
