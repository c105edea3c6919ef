import assert from "node:assert/strict";
import { withProcess } from "./kube/process.ts";

Deno.test("the sandbox as a process says where it listens, serves our kinds, and ends on SIGTERM", async () => {
  await withProcess(async ({ url }) => {
    const response = await fetch(`${url}/apis/s3.cloud37.dev/v1alpha1/buckets`);
    const { kind, items } = await response.json();
    assert.deepEqual([kind, items], ["BucketList", []]);
  });
});
