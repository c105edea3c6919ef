import { ListBucketsCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { clientsOf } from "./aws/contract/case.ts";
import { firstLine } from "./first_line.ts";

const MAIN = fileURLToPath(import.meta.resolve("./aws/main.ts"));

function start(...flags: string[]): Deno.ChildProcess {
  const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", MAIN, ...flags];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped" }).spawn();
}

Deno.test("the sandbox as a process says where it listens, answers, and ends on SIGTERM", async () => {
  const process = start("--mode=wasabi", "--latency-ms=1");
  try {
    const { url, accountId, ...credentials } = JSON.parse(await firstLine(process.stdout));
    assert.equal(accountId, "123456789012");
    const { s3, close } = clientsOf({ endpoint: url, credentials, lacks: {}, close: () => Promise.resolve() });
    assert.deepEqual((await s3.send(new ListBucketsCommand())).Buckets ?? [], []);
    close();
  } finally {
    process.kill("SIGTERM");
    await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
    assert.equal((await process.status).code, 0);
  }
});
