import assert from "node:assert/strict";
import { CreateBucketCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { condition } from "../stage.ts";
import type { Scenario } from "../world.ts";
import { othersGoOn } from "./others.ts";

export const existingBucketScenarios: readonly Scenario[] = [
  {
    fact: "a bucket name that another account has is AlreadyExists, and stalls",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      stage.world.sandbox?.seed.foreignBucket(bucket.spec.name);
      await stage.applied(bucket);
      assert.match(await stage.refused(bucket, "AlreadyExists"), /another account/);
      await stage.event(bucket, "ReconcileFailed");
      assert.equal(condition((await stage.admin.get(bucket)).status, "Stalled").status, "True");
      await othersGoOn(stage);
      await stage.deleted(bucket);
    },
  },
  {
    fact: "a bucket that is in another region stalls, and the message names the region",
    needs: ["strict service"],
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      const region = "eu-central-1";
      const CreateBucketConfiguration = { LocationConstraint: region } as const;
      await stage.world.clients.s3As({ region }).send(
        new CreateBucketCommand({ Bucket: bucket.spec.name, CreateBucketConfiguration }),
      );
      await stage.applied(bucket);
      assert.match(await stage.refused(bucket, "UpdateFailed"), /eu-central-1/);
      await stage.event(bucket, "ReconcileFailed");
      assert.equal(condition((await stage.admin.get(bucket)).status, "Stalled").status, "True");
      await othersGoOn(stage);
      await stage.deleted(bucket);
    },
  },
  {
    fact: "a bucket that exists in the account is refused until it is adopted, and then nothing of it is lost",
    async run(stage) {
      await stage.begin();
      const bucket = stage.plainBucket("data");
      const Bucket = bucket.spec.name;
      await stage.s3.send(new CreateBucketCommand({ Bucket }));
      await stage.applied(bucket);
      const message = await stage.refused(bucket, "AlreadyExists");
      assert.ok(
        message.includes(`kubectl annotate buckets.s3.cloud37.dev data -n ${stage.ns} s3.cloud37.dev/adopt=true`),
        message,
      );
      await stage.deleted(bucket);
      await stage.s3.send(new HeadBucketCommand({ Bucket }));
      await stage.applied({
        ...bucket,
        metadata: { ...bucket.metadata, annotations: { "s3.cloud37.dev/adopt": "true" } },
      });
      await stage.ready(bucket);
      assert.equal((await stage.admin.get(bucket)).status.ownership, "Adopted");
    },
  },
];
