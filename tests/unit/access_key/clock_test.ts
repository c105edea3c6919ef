import assert from "node:assert/strict";
import { setUp } from "./one_key.ts";

/** How far IAM's clock is ahead of the operator's, hours. */
const CLOCKS = { "a day behind": 25, "an hour ahead": -1 };

for (const [clock, hours] of Object.entries(CLOCKS)) {
  Deno.test(`AccessKeyHandler tells the key of a lost reply by IAM's time, its own clock ${clock}`, async () => {
    const { iam, run, pass, restart, held, ids } = setUp();
    iam.aheadMs = hours * 3_600_000;
    iam.loseReply = true;
    await run();
    iam.loseReply = false;
    restart();
    pass(12_000);
    await run();
    assert.deepEqual(ids(), [held()]);
  });

  Deno.test(`AccessKeyHandler rotates nothing because a new leader's clock is ${clock}`, async () => {
    const { iam, run, pass, restart, held, ids } = setUp({ rotate: { enabled: true, intervalDays: 1 } });
    await run();
    const first = held();
    restart();
    // What is told by IAM's clock goes on from there.
    iam.aheadMs = hours * 3_600_000;
    pass(-iam.aheadMs + 60_000);
    await run();
    assert.deepEqual([ids(), held()], [[first], first]);
  });
}
