import assert from "node:assert/strict";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { OperatorProcess } from "../sandbox/demo/operator.ts";
import type { Loose } from "../scenarios/admin.ts";
import { Stage } from "../scenarios/stage.ts";
import { waitFor } from "./processes.ts";
import { startStrictWorld } from "./worlds.ts";

/** Objects are created until the upgrade is over, and at least so many. */
const LEAST = 20;

Deno.test("a rolling upgrade of two replicas, while Buckets keep being created", async (test) => {
  const world = await startStrictWorld();
  const folder = await Deno.makeTempDir({ prefix: "rolling-" });
  const kubeconfig = `${folder}/kubeconfig`;
  await Deno.copyFile(world.server.kubeconfig, kubeconfig);
  const running: OperatorProcess[] = [];
  try {
    await using stage = new Stage(world);
    await stage.namespace();
    await stage.applied(...stage.providerObjects());
    const start = async (name: string) => {
      const process = new OperatorProcess(
        [`--kubeconfig=${kubeconfig}`, "--metrics-port=0"],
        `${folder}/${name}.log`,
      );
      running.push(process);
      await waitFor(`${name} to be ready`, () => process.isReady(), 60_000, () => process.lines.join("\n"));
      return process;
    };
    const old = [await start("old-1"), await start("old-2")];
    const leading = (process: OperatorProcess) => process.lines.some((line) => line.includes('"message":"Leading"'));
    await waitFor("a leader", () => old.some(leading));

    const buckets: Loose[] = [];
    let isOver = false;
    const creating = (async () => {
      while (!isOver || buckets.length < LEAST) {
        const bucket = stage.bucket(`b${buckets.length}`);
        buckets.push(bucket);
        await stage.admin.create(bucket);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const codes: number[] = [];
    // As a Deployment with maxSurge 1 and maxUnavailable 0 does it; the leader goes first, so that it is followed twice.
    for (const [index, process] of old.toSorted((a, b) => Number(leading(b)) - Number(leading(a))).entries()) {
      await start(`new-${index + 1}`);
      codes.push((await process.stop()).code);
    }
    isOver = true;
    await creating;

    await test.step("ends the old ones in order", () => assert.deepEqual(codes, [0, 0]));
    await test.step("leaves every Bucket Ready, with its children", async () => {
      for (const bucket of buckets) await stage.ready(bucket);
      assert.ok(running.slice(2).some(leading));
    });
    await test.step("makes no key twice", async () => {
      for (const { spec } of buckets) {
        const { AccessKeyMetadata = [] } = await stage.iam.send(new ListAccessKeysCommand({ UserName: spec.name }));
        assert.equal(AccessKeyMetadata.length, 1, spec.name);
      }
      const made = world.sandbox?.requests.filter(({ name }) => name === "iam:CreateAccessKey") ?? [];
      assert.equal(made.length, buckets.length);
    });
  } finally {
    for (const process of running) await process.stop();
    await Deno.remove(folder, { recursive: true });
    await world.close();
  }
});
