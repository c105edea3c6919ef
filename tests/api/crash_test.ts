import assert from "node:assert/strict";
import { complaints } from "../chaos/outcome.ts";
import type { Sample } from "../chaos/part.ts";
import { playClean, playCrash, playScenario, type RealRun } from "../chaos/real/crash.ts";
import type { Lane } from "../chaos/real/lane.ts";
import { withLanes } from "../chaos/real/lanes.ts";
import { comesLate } from "../chaos/seeded_bugs.ts";
import { scenarioOf } from "../chaos/scenarios/mod.ts";

/** What `deno task chaos --real` plays in full. */
const SAMPLED = [
  "Bucket, auto-managed: create",
  "AccessKey: rotate without any overlap",
  "AccessKey: create, delete while the operator is down",
  "User: policy becomes policyRef",
];
const SAMPLE: Sample = { runs: 2, seed: 4 };
const LANES = 2;

Deno.test("a process that is killed by SIGKILL", async (test) => {
  const played = new Map<string, RealRun>();
  let withBug: RealRun | undefined;
  const jobs: ((lane: Lane) => Promise<void>)[] = [
    ...SAMPLED.map((name) => async (lane: Lane) => {
      for await (const run of playScenario(lane, scenarioOf(name), SAMPLE)) played.set(`${name}: ${run.point}`, run);
    }),
    // The last one: the bug stays in its lane.
    async (lane) => void (withBug = await playBug(lane)),
  ];
  await withLanes(LANES, async (lane) => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job(lane);
  });
  assert.equal(played.size, SAMPLED.length * SAMPLE.runs);
  for (const [name, { outcome }] of played) {
    await test.step(`leaves nothing and loses nothing: ${name}`, () => {
      assert.deepEqual(complaints(outcome), [], outcome.log.slice(-60).join("\n"));
    });
  }
  await test.step("leaves a bucket, which is found, where a bug lets the finalizer come after it", () => {
    assert.ok(withBug?.reached);
    assert.ok(complaints(withBug.outcome).includes("orphan: bucket plain-bucket"));
  });
});

/** Plays an operator that makes a bucket before anything holds the object, and kills it right after that. */
async function playBug(lane: Lane): Promise<RealRun> {
  lane.proxy.sabotage = comesLate;
  const scenario = scenarioOf("Bucket: create, delete while the operator is down");
  const clean = await playClean(lane, scenario);
  const at = clean.requests.indexOf("s3:PUT /plain-bucket/") + 1;
  return await playCrash(lane, scenario, { point: { at, when: "after" }, clean });
}
