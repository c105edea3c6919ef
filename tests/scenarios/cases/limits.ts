import assert from "node:assert/strict";
import type { Scenario } from "../world.ts";

export const limitScenarios: readonly Scenario[] = [
  {
    fact:
      "a Bucket object with a name of 200 characters, for a bucket of 63, has its children, its key and its rotation",
    async run(stage) {
      await stage.begin();
      const bucket = stage.bucket("b".repeat(200), { name: stage.name("b").padEnd(63, "x") });
      const { name } = bucket.metadata;
      await stage.applied(bucket);
      await stage.ready(bucket);
      const named = (kind: string, child: string) => ({ kind, metadata: { name: child, namespace: stage.ns } });
      const key = named("AccessKey", `${name}-accesskey`);
      const { status: { accessKeyId } } = await stage.admin.get(key);
      await stage.admin.annotate(key, { "s3.cloud37.dev/rotate-at": "2026-01-01T00:00:00Z" });
      await stage.until(key, "to have another key", ({ status }) => status.accessKeyId !== accessKeyId);
      const [previous] = (await stage.admin.list("Secret", stage.ns)).filter(({ metadata }) =>
        metadata.labels?.["s3.cloud37.dev/previous-secret"] === "true"
      );
      assert.match(previous.metadata.labels["s3.cloud37.dev/access-key-name"], /^b{54}-[0-9a-f]{8}$/);
      assert.equal(previous.metadata.annotations["s3.cloud37.dev/access-key-name"], key.metadata.name);
      await stage.deleted(bucket);
      await stage.gone(key, named("User", `${name}-user`), named("BucketPolicy", `${name}-policy`));
    },
  },
];
