import type { KindName } from "../../handlers/kinds.ts";
import { accessKey, bucketPolicy, iamPolicy, plainBucket, user } from "../chaos/scenarios/objects.ts";
import { type ChaosWorld, providerObjects } from "../chaos/world.ts";
import type { Loose } from "../scenarios/admin.ts";

/** An object of each kind, with what leads it through its phases. */
export interface Subject {
  readonly kind: KindName;
  /** The object; the Provider's needs the world's endpoint. */
  readonly object: (world: ChaosWorld) => Loose;
  /** What it needs, and what that needs. */
  readonly given: (world: ChaosWorld) => readonly Loose[];
  /** A merge patch of its spec. */
  readonly edit: Loose;
  /** Requests to the service that are about it. */
  readonly requests: RegExp;
  /** Brings about, before the object is made, what only a person can settle. */
  readonly hinder: (world: ChaosWorld) => unknown;
  /** The person settles it. */
  readonly settle: (world: ChaosWorld) => unknown;
}

const FOREIGN = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:DeleteObject", Resource: "arn:aws:s3:::plain-bucket/*" }],
};

/** One of each kind. */
export const subjects: readonly Subject[] = [
  {
    kind: "Provider",
    object: (world) => providerObjects(world)[1],
    given: (world) => providerObjects(world).slice(0, 1),
    edit: { retry: { maxAttempts: 5 } },
    requests: /^s3:GET \/(\?.*)?$/,
    hinder: (world) => world.admin.remove(providerObjects(world)[0]),
    settle: (world) => world.apply(providerObjects(world)[0]),
  },
  {
    kind: "Bucket",
    object: () => plainBucket(),
    given: providerObjects,
    edit: { tagging: { tags: { team: "storage" } } },
    requests: /plain-bucket/,
    hinder: ({ aws }) => aws.seed.bucket("plain-bucket"),
    settle: adopt(plainBucket()),
  },
  {
    kind: "BucketPolicy",
    object: () => bucketPolicy(),
    given: (world) => [...providerObjects(world), plainBucket()],
    edit: { policy: bucketPolicy("s3:PutObject").spec.policy },
    requests: /plain-bucket.*[?&]policy/,
    hinder: ({ aws }) => Object.assign(aws.state.buckets.get("plain-bucket")!, { policy: JSON.stringify(FOREIGN) }),
    settle: adopt(bucketPolicy()),
  },
  {
    kind: "User",
    object: () => user(),
    given: providerObjects,
    edit: { tags: { team: "storage" } },
    requests: /app-user/,
    hinder: ({ aws }) => aws.seed.user("app-user"),
    settle: adopt(user()),
  },
  {
    kind: "IAMPolicy",
    object: () => iamPolicy(),
    given: providerObjects,
    edit: { tags: { team: "storage" } },
    requests: /^iam:\w*Polic/,
    hinder: ({ aws }) => aws.seed.policy("managed", FOREIGN),
    settle: adopt(iamPolicy()),
  },
  {
    kind: "AccessKey",
    object: () => accessKey({ rotate: { enabled: true } }),
    given: (world) => [...providerObjects(world), user()],
    edit: { rotate: { intervalDays: 30 } },
    requests: /^iam:\w+AccessKey/,
    hinder: ({ aws }) => [1, 2].map(() => aws.seed.accessKey("app-user")),
    settle: ({ aws }) => aws.seed.loseKeys("app-user"),
  },
];

function adopt(object: Loose) {
  return ({ admin }: ChaosWorld) => admin.annotate(object, { "s3.cloud37.dev/adopt": "true" });
}
