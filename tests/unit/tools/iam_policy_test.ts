import assert from "node:assert/strict";
import { iamPolicy, PREFIX } from "../../../tools/gen/iam_policy.ts";

/** Of a managed policy, white space apart (IAM quotas). */
const MOST_CHARACTERS = 6_144;

Deno.test("the published IAM policies are short enough for a managed policy, with the longest prefix too", () => {
  for (const prefix of ["", PREFIX, "x".repeat(63)]) {
    assert.ok(JSON.stringify(iamPolicy({ prefix })).length <= MOST_CHARACTERS);
  }
});

Deno.test("no action of the published IAM policy is named twice or by a wildcard", () => {
  const actions = iamPolicy().Statement.flatMap(({ Action }) => Action);
  assert.equal(new Set(actions).size, actions.length);
  for (const action of actions) assert.match(action, /^(s3|iam):[A-Za-z]+$/);
});

Deno.test("with a prefix every resource but the one of keys and the operator's own user is limited by it", () => {
  const resources = iamPolicy({ prefix: PREFIX }).Statement.flatMap(({ Resource }) => Resource);
  assert.deepEqual(resources.filter((resource) => !resource.includes(PREFIX)), [
    "*",
    "arn:aws:iam::*:user/${aws:username}",
  ]);
});
