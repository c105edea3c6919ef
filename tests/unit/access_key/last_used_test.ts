import assert from "node:assert/strict";
import { setUp } from "./one_key.ts";

const DAY = 86_400_000;
const ROTATE = { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 };

/** Rotated, and the overlap has just come to its end. */
async function over(rotate: object) {
  const one = setUp({ rotate: { ...ROTATE, ...rotate } });
  await one.run();
  one.pass(30 * DAY);
  await one.run();
  one.iam.lastUse = new Date(one.iam.now() + 6.5 * DAY);
  one.iam.calls.splice(0);
  one.events.splice(0);
  one.pass(7 * DAY);
  await one.run();
  return { ...one, asked: () => one.iam.calls.filter((name) => name === "GetAccessKeyLastUsed").length };
}

Deno.test("AccessKeyHandler asks nothing about the use of keys unless the spec says so", async () => {
  const { asked, object } = await over({});
  assert.deepEqual([asked(), object().status.rotation.phase], [0, "Deactivated"]);
});

Deno.test("AccessKeyHandler keeps an old key while it is used, says so once, and revokes it when that ends", async () => {
  const { asked, object, events, run, pass, ids, held } = await over({ keepWhileUsedDays: 3 });
  assert.deepEqual([asked(), object().status.rotation.phase], [1, "StillUsed"]);
  pass(3_600_000);
  await run();
  assert.deepEqual([asked(), events], [2, ["PreviousKeyStillUsed"]]);
  pass(DAY);
  await run();
  assert.equal(object().status.rotation.phase, "Deactivated");
  pass(60_000);
  await run();
  assert.deepEqual(ids(), [held()]);
});

Deno.test("AccessKeyHandler keeps an old key that is always used to the limit", async () => {
  const { object, run, pass, iam } = await over({ keepWhileUsedDays: 3 });
  pass(3 * DAY);
  iam.lastUse = new Date(iam.now());
  await run();
  assert.equal(object().status.rotation.phase, "Deactivated");
});

Deno.test("AccessKeyHandler lets an old key go with its overlap where IAM does not tell of its use, and says so", async () => {
  const one = setUp({ rotate: { ...ROTATE, keepWhileUsedDays: 3 } });
  one.iam.keepsNoUses = true;
  await one.run();
  one.pass(30 * DAY);
  await one.run();
  one.pass(7 * DAY);
  await one.run();
  assert.equal(one.object().status.rotation.phase, "Deactivated");
  assert.equal(one.events.filter((reason) => reason === "KeyUseUnknown").length, 1);
});
