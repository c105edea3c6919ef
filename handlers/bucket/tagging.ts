import { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { hasCode, orEmpty } from "../../lib/aws/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";
import type { BucketScope } from "./scope.ts";

type Tags = Readonly<Record<string, string>>;

/** The exact set of the bucket's tags, but for `aws:*`, which the service keeps itself. */
export const tagging = aspect<NonNullable<Bucket["spec"]["tagging"]>, Tags>({
  field: "tagging",
  label: "tags",
  operations: { observe: "GetBucketTagging", apply: "PutBucketTagging" },
  initial: {},
  knownAtBirth: true,
  desired: ({ tags }) => tags ?? {},
  impliedWithoutFeature: (tags) => Object.keys(tags).length === 0,
  observe: async (scope) => pick(await readTags(scope), (key) => !isSystem(key)),
  async apply(scope, tags, isNew) {
    // A PUT replaces the whole set, so the service's own tags go along; S3 refuses to lose them. A new bucket has none.
    const system = isNew ? {} : pick(await readTags(scope), isSystem);
    if (Object.keys(system).length === 0) return await writeTags(scope, tags);
    try {
      await writeTags(scope, { ...system, ...tags });
    } catch (error) {
      if (!hasCode(error, "InvalidTag")) throw error;
      // Another kind of service keeps them apart, and refuses to be told of them.
      await writeTags(scope, tags);
    }
  },
});

async function readTags({ s3, bucket: Bucket, signal }: BucketScope): Promise<Tags> {
  const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }), { signal })
    .catch(orEmpty({ TagSet: [] }, "NoSuchTagSet", "NoSuchTagSetError"));
  return Object.fromEntries((TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

async function writeTags({ s3, bucket: Bucket, signal }: BucketScope, tags: Tags): Promise<void> {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (TagSet.length === 0) await s3.send(new DeleteBucketTaggingCommand({ Bucket }), { signal });
  else await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }), { signal });
}

function isSystem(key: string): boolean {
  return key.startsWith("aws:");
}

function pick(tags: Tags, wanted: (key: string) => boolean): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => wanted(key)));
}
