import assert from "node:assert/strict";
import { startAwsSandbox } from "./aws/mod.ts";
import { UNCOUNTED } from "./control.ts";
import { startKubeSandbox } from "./kube/mod.ts";

async function counts(url: string): Promise<Record<string, number>> {
  return await (await fetch(`${url}/_sandbox/counts`)).json();
}

async function visit(url: string, headers: Record<string, string> = {}): Promise<void> {
  await (await fetch(url, { headers })).body?.cancel();
}

Deno.test("a Kubernetes sandbox tells another process its requests, but for those that are not counted", async () => {
  const sandbox = await startKubeSandbox();
  try {
    await visit(`${sandbox.url}/api/v1/namespaces`);
    await visit(`${sandbox.url}/api/v1/namespaces`, { [UNCOUNTED]: "1" });
    assert.deepEqual(await counts(sandbox.url), { "LIST namespaces": 1 });
    await (await fetch(`${sandbox.url}/_sandbox/forget`, { method: "POST" })).body?.cancel();
    assert.deepEqual(await counts(sandbox.url), {});
  } finally {
    await sandbox.close();
  }
});

Deno.test("an S3 and IAM sandbox tells another process its calls", async () => {
  const sandbox = await startAwsSandbox();
  try {
    await visit(sandbox.url);
    assert.deepEqual(await counts(sandbox.url), { "s3:ListBuckets": 1 });
    await (await fetch(`${sandbox.url}/_sandbox/forget`, { method: "POST" })).body?.cancel();
    assert.deepEqual(await counts(sandbox.url), {});
  } finally {
    await sandbox.close();
  }
});
