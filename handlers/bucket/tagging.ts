import { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { orEmpty } from "../../lib/aws/errors.ts";
import type { Bucket } from "../kinds.ts";
import { aspect } from "./aspect.ts";

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
  async observe({ s3, bucket: Bucket, signal }) {
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }), { signal })
      .catch(orEmpty({ TagSet: [] }, "NoSuchTagSet", "NoSuchTagSetError"));
    const tags = (TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);
    return Object.fromEntries(tags.filter(([key]) => !key.startsWith("aws:")));
  },
  async apply({ s3, bucket: Bucket, signal }, tags) {
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (TagSet.length === 0) await s3.send(new DeleteBucketTaggingCommand({ Bucket }), { signal });
    else await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }), { signal });
  },
});
