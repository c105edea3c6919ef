import assert from "node:assert/strict";
import { iamPolicy, type Policy } from "../../../tools/gen/iam_policy.ts";
import { chaosScenarios } from "../scenarios/mod.ts";
import { difference } from "../snapshot.ts";
import { play, type Played, without } from "./play.ts";
import { rareScenarios, type RightsScenario } from "./scenarios.ts";

const SCENARIOS: readonly RightsScenario[] = [...chaosScenarios, ...rareScenarios];
/** Asked for to see whether endpoint and credentials work, which a refusal shows as well. */
const NOT_NEEDED = "s3:ListAllMyBuckets";

Deno.test("the published IAM policy", async (test) => {
  const policy = iamPolicy();
  const played = new Map<RightsScenario, Played>();
  for (const scenario of SCENARIOS) played.set(scenario, await play(scenario, policy));
  await test.step("allows all that the operator asks for, but the list of all buckets", () => {
    for (const [{ name }, { denied }] of played) {
      assert.deepEqual([...denied].filter((action) => action !== NOT_NEEDED), [], name);
    }
  });
  await test.step("leads to the same end each time, so that another end shows that something is missing", async () => {
    for (const [scenario, { shown }] of played) {
      assert.deepEqual(difference(shown, (await play(scenario, policy)).shown), [], scenario.name);
    }
  });
  await test.step("is enough for Buckets and BucketPolicies without what is about users, policies and keys", async () => {
    const s3 = { ...policy, Statement: policy.Statement.filter(({ Sid }) => ["Buckets", "Objects"].includes(Sid)) };
    const withoutIam = [...played].filter(([, { used }]) => [...used].every((each) => !isForIam(each)));
    assert.ok(withoutIam.length > 10);
    for (const [scenario, { shown }] of withoutIam) {
      const different = difference(shown, (await play(scenario, s3)).shown);
      assert.deepEqual(different.filter((line) => !/accountId|callerArn|s3-operator/.test(line)), [], scenario.name);
    }
  });
  for (const action of policy.Statement.flatMap(({ Action }) => Action)) {
    await test.step(`cannot go without ${action}`, async () => {
      assert.ok(await isMissed(policy, action, played));
    });
  }
});

/** Every Provider asks IAM who it is, and does without the answer. */
function isForIam(action: string): boolean {
  return action.startsWith("iam:") && action !== "iam:GetUser";
}

/** Does any scenario come to another end without the action? */
async function isMissed(
  policy: Policy,
  action: string,
  played: ReadonlyMap<RightsScenario, Played>,
): Promise<boolean> {
  const rights = without(policy, action);
  for (const [scenario, { used, shown }] of played) {
    if (!used.has(action)) continue;
    const { shown: otherwise } = await play(scenario, rights);
    if (difference(shown, otherwise).length > 0) return true;
  }
  return false;
}
