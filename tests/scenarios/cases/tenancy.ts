import assert from "node:assert/strict";
import type { Loose } from "../admin.ts";
import { refusedAtAdmission } from "../admission.ts";
import type { Scenario } from "../world.ts";

/** Rules that the API server must refuse, and a word of its answer. */
const BAD_RULES: Readonly<Record<string, readonly [Loose, RegExp]>> = {
  "no rule at all": [[], /namespaceRules/],
  "a rule for no namespace": [[{ bucketNames: ["*"] }], /namespaces/],
  "a rule for an empty list of namespaces": [[{ namespaces: [], bucketNames: ["*"] }], /namespaces/],
  "a namespace that can be none": [[{ namespaces: ["Team_A"] }], /namespaces\[0\]/],
  "a bucket name that can be none": [[{ namespaces: ["*"], bucketNames: ["Team_A"] }], /bucketNames\[0\]/],
  "another placeholder": [[{ namespaces: ["*"], userNames: ["{name}-*"] }], /userNames\[0\]/],
  "an empty pattern": [[{ namespaces: ["*"], policyNames: [""] }], /policyNames\[0\]/],
  "a pattern twice": [[{ namespaces: ["*"], bucketNames: ["a", "a"] }], /bucketNames\[1\]/],
};

export const tenancyScenarios: readonly Scenario[] = [
  {
    fact: "rules about names that say nothing, or cannot match, are refused at admission",
    async run(stage) {
      await stage.namespace();
      const [, provider] = stage.providerObjects();
      for (const [what, [namespaceRules, field]] of Object.entries(BAD_RULES)) {
        const bad = { ...provider, spec: { ...provider.spec, namespaceRules } };
        assert.match(await refusedAtAdmission(stage.admin.create(bad)), field, what);
      }
    },
  },
  {
    fact:
      "a namespace claims only names that a rule of the Provider allows, and keeps what it has when the rules change",
    async run(stage) {
      const home = await stage.namespace();
      const other = await stage.namespace("-other");
      const namespaceRules = [{
        namespaces: [`${stage.ns}*`],
        bucketNames: ["{namespace}-own-*"],
        userNames: ["{namespace}-own-*"],
      }];
      const spec = { allowedNamespaces: ["*"], namespaceRules };
      const providerRef = { name: "wasabi", namespace: other };
      const [credentials, provider] = stage.providerObjects({ namespace: other, spec });
      const mine = stage.bucket("mine", { providerRef, name: `${home}-own-data` });
      const theirs = stage.bucket("theirs", { providerRef, name: `${other}-own-data` });
      await stage.applied(credentials, provider, mine, theirs);
      await stage.operator();
      await stage.ready(mine);
      const message = await stage.refused(theirs, "NameNotAllowed");
      assert.match(message, new RegExp(`^spec\\.name: .*choose one like "${home}-own-\\*", or let .* bucketNames$`));
      assert.equal(await stage.event(theirs, "ReconcileFailed"), `NameNotAllowed: ${message}`);

      await stage.admin.patch(provider, { spec: { namespaceRules: [{ namespaces: [home], bucketNames: ["else"] }] } });
      await stage.refused(mine, "NameNotAllowed");
      const { HeadBucketCommand } = await import("@aws-sdk/client-s3");
      await stage.s3.send(new HeadBucketCommand({ Bucket: `${home}-own-data` }));
      await stage.admin.patch(provider, { spec: { namespaceRules } });
      await stage.ready(mine);
      await stage.deleted(mine, theirs);
    },
  },
];
