import assert from "node:assert/strict";
import { iamPolicy } from "../../tools/gen/iam_policy.ts";
import { OPERATOR_USER } from "./operator_user.ts";
import { scenarios } from "./run.ts";
import { startSandboxWorld } from "./sandbox_world.ts";
import { NAME_PREFIX } from "./stage.ts";
import type { World } from "./world.ts";

const afterwards = {
  "nothing was denied to the operator but the list of all buckets, which it does without": ({ sandbox }: World) => {
    const denied = sandbox!.decisions().filter(({ arn, allowed }) => arn.endsWith(`user/${OPERATOR_USER}`) && !allowed);
    assert.deepEqual(denied.map(({ action, resource }) => `${action} ${resource}`), [
      "s3:ListAllMyBuckets arn:aws:s3:::*",
    ]);
  },
};

scenarios(() => startSandboxWorld("aws", iamPolicy()), { name: "sandbox as AWS", afterwards });
// The operator's rights end where the names of the scenarios do.
const rights = iamPolicy({ prefix: NAME_PREFIX });
scenarios(() => startSandboxWorld("wasabi", rights), { name: "sandbox as Wasabi", afterwards });
