import assert from "node:assert/strict";
import type { Meddler } from "../gate.ts";
import { complaints } from "../outcome.ts";
import { scenarioOf } from "../scenarios/mod.ts";
import { troubles } from "./troubles.ts";
import { playCleanPair, playPair } from "./two_replicas.ts";

const HOUR_MS = 3_600_000;
const trouble = troubles.find(({ name }) => name === "frozen for 20 s, and the request is carried out")!;
const clocks = { name: "clocks days apart", aheadMs: [25 * HOUR_MS, -25 * HOUR_MS] };

/** All complaints of runs in which the leader is frozen at a call to IAM that changes something. */
async function found(
  name: string,
  bug: { readonly unfenced?: boolean; readonly sabotage?: Meddler } = {},
): Promise<string[]> {
  const scenario = scenarioOf(name);
  const clean = await playCleanPair(scenario);
  const all: string[] = [];
  for (const [index, request] of clean.requests.entries()) {
    if (!/^iam:(Create|Delete)AccessKey/.test(request)) continue;
    const point = { at: index + 1, of: "all requests", trouble, clocks } as const;
    all.push(...complaints(await playPair(scenario, point, clean, bug)));
  }
  return all;
}

/** The service does not say its time, so that each leader has its own clock alone to go by. */
const tellsNoTime: Meddler = async ({ side }, next) => {
  const response = await next();
  if (side === "aws") response.headers.delete("date");
  return response;
};

Deno.test("two replicas show the leader that calls S3 and IAM without asking whether it still leads", async () => {
  const all = await found("AccessKey: delete in the overlap", { unfenced: true });
  assert.ok(all.some((each) => each.startsWith("two leaders: iam:DeleteAccessKey")), all.join("\n"));
});

Deno.test("two replicas show the leader that reckons with its own clock, which is a day off", async () => {
  const all = await found("AccessKey: rotate by annotation", { sabotage: tellsNoTime });
  assert.ok(all.some((each) => each.includes("KEY")), all.join("\n"));
});

for (const name of ["AccessKey: delete in the overlap", "AccessKey: rotate by annotation"]) {
  Deno.test(`two replicas without a bug show nothing there: ${name}`, async () =>
    assert.deepEqual(await found(name), []));
}
