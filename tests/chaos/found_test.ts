/** The shortest scripts of bugs that `deno task chaos` has found. */
import assert from "node:assert/strict";
import { playClean } from "./crash_matrix.ts";
import { playFault, requestsOf } from "./fault_matrix.ts";
import { allFaults } from "./faults.ts";
import { complaints, type Outcome } from "./outcome.ts";
import { againScenarios } from "./scenarios/again.ts";
import { scenarioOf } from "./scenarios/mod.ts";
import { playStale } from "./stale_servers.ts";

/** Plays a scenario; the first request whose name matches is answered once by the fault. */
async function faulty(name: string, request: RegExp, answer: string): Promise<Outcome> {
  const scenario = scenarioOf(name);
  const clean = await playClean(scenario);
  const requests = await requestsOf(scenario);
  const at = requests.findIndex((each) => request.test(each)) + 1;
  const fault = allFaults.find((each) => each.name === answer);
  assert.ok(at > 0 && fault, `${name} has no such request, or nothing is answered so`);
  return await playFault(scenario, { at, fault, times: 1 }, { clean, requests });
}

const faults = {
  "a proxy's 404 to the removal of a finalizer leaves no object behind": () =>
    faulty("BucketPolicy: delete", /^PATCH .*bucketpolicies\/policy$/, "404 of a proxy"),
  "a proxy's 404 to the deletion of an old pair's Secret leaves no Secret behind": () =>
    faulty("AccessKey: the overlap is over", /^DELETE .*secrets/, "404 of a proxy"),
  "an empty answer is no list without keys: nothing is rotated": () =>
    faulty("AccessKey and its User and Bucket: create", /^iam:ListAccessKeys/, "an empty body, carried out"),
  "an empty answer is no absent inline policy: it goes when policyRef takes its place": () =>
    faulty("User: policy becomes policyRef", /^iam:GetUserPolicy/, "an empty body, carried out"),
  "an empty answer is no absent bucket policy: it goes with its object": () =>
    faulty("BucketPolicy: delete", /^s3:GET .*policy/, "an empty body, carried out"),
  "an answer about something else is no list without keys: no second key is made": () =>
    faulty("AccessKey and its User and Bucket: create", /^iam:ListAccessKeys/, "a body of another kind"),
  "an answer about something else is no absent bucket policy: it goes with its object": () =>
    faulty("BucketPolicy: delete", /^s3:GET .*policy/, "a body of another kind"),
  "an answer about something else deletes no inline policy": () =>
    faulty("User: policy becomes policyRef", /^iam:DeleteUserPolicy/, "a body of another kind"),
  "an answer about something else deletes no Secret": () =>
    faulty("AccessKey: the overlap is over", /^DELETE .*secrets/, "a body of another kind"),
  "an answer about something else creates no Secret": () =>
    faulty("AccessKey: rotate by annotation", /^POST .*secrets/, "a body of another kind"),
};

for (const [fact, play] of Object.entries(faults)) {
  Deno.test(fact, async () => assert.deepEqual(complaints(await play()), []));
}

for (const scenario of againScenarios) {
  Deno.test(`what a new object of the same name has is not deleted for the old one: ${scenario.name}`, async () => {
    const clean = await playClean(scenario);
    assert.deepEqual(complaints(await playStale(scenario, 1, { clean })), []);
  });
}

Deno.test("nothing is made anew for an object that is gone, though an old list still shows it", async () => {
  const scenario = scenarioOf("Bucket, auto-managed: delete");
  const clean = await playClean(scenario);
  assert.deepEqual(complaints(await playStale(scenario, 1, { clean })), []);
});
