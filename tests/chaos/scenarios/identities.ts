import type { ChaosScenario } from "../scenario.ts";
import { providerObjects } from "../world.ts";
import { create, createAndRemove, remove, update } from "./edits.ts";
import { iamPolicy, inlinePolicy, otherInlinePolicy, plainBucket, user } from "./objects.ts";

const withPolicy = user({ policyRef: { name: "managed" } });
const inline = user({ policy: inlinePolicy, tags: { team: "a" } });

/** Providers, users and managed policies. */
export const identityScenarios: readonly ChaosScenario[] = [
  { name: "Provider: create", bare: true, act: (world) => world.apply(...providerObjects(world).toReversed()) },
  {
    name: "Provider: retry changes",
    given: [plainBucket()],
    async act(world) {
      const [, provider] = providerObjects(world);
      await world.admin.patch(provider, { spec: { retry: { maxAttempts: 5 } } });
    },
  },
  create("User with an inline policy", [inline]),
  create("User with policyRef, and the IAMPolicy", [withPolicy, iamPolicy()]),
  createAndRemove("User and IAMPolicy", [iamPolicy(), withPolicy]),
  create("IAMPolicy", [iamPolicy()]),
  update("User: policy changes", { given: [inline], of: inline, spec: { policy: otherInlinePolicy } }),
  update("User: tags change", { given: [inline], of: inline, spec: { tags: { team: null, other: "b" } } }),
  update("User: policy becomes policyRef", {
    given: [inline, iamPolicy()],
    of: inline,
    spec: { policy: null, policyRef: { name: "managed" } },
  }),
  update("User: policyRef becomes policy", {
    given: [withPolicy, iamPolicy()],
    of: withPolicy,
    spec: { policy: inlinePolicy, policyRef: null },
  }),
  update("IAMPolicy: policy and tags change", {
    given: [withPolicy, iamPolicy()],
    of: iamPolicy(),
    spec: iamPolicy("s3:PutObject").spec,
  }),
  remove("User with an inline policy", [inline], [inline]),
  remove("User, then its IAMPolicy", [withPolicy, iamPolicy()], [withPolicy, iamPolicy()]),
  remove("IAMPolicy, then its User", [iamPolicy(), withPolicy], [withPolicy, iamPolicy()]),
];
