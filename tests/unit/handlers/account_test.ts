import assert from "node:assert/strict";
import type { KindName } from "../../../handlers/kinds.ts";
import { type AwsSandbox, startAwsSandbox } from "../../sandbox/aws/mod.ts";
import type { Loose } from "../../loose.ts";
import { Faults } from "../../sandbox/faults.ts";
import { withWorld, type World } from "./world.ts";

const providerRef = { name: "wasabi" };
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::app-data/*" };
const OBJECTS: readonly (readonly [KindName, string, Loose])[] = [
  ["Bucket", "b", { providerRef, name: "app-data", deletionPolicy: "Delete", autoManage: { enabled: false } }],
  ["IAMPolicy", "p", { providerRef, policy: { statement: [STATEMENT] } }],
  ["User", "u", { providerRef, name: "app", policyRef: { name: "p" } }],
  ["AccessKey", "k", { providerRef, userRef: { name: "u" } }],
  ["BucketPolicy", "bp", {
    bucketRef: { name: "b" },
    policy: { statement: [{ ...STATEMENT, effect: "Deny", principal: "*" }] },
  }],
];

/** Every object is Ready in one account; then the Provider is made anew under its name, for another account. */
async function withOtherAccount(run: (world: World, other: AwsSandbox) => Promise<void> | void): Promise<void> {
  const other = await startAwsSandbox({ accountId: "999999999999", seed: 2 });
  try {
    await withWorld({}, async (world) => {
      for (const [kind, name, spec] of OBJECTS) world.apply(kind, name, spec);
      await world.settle();
      for (const [kind, name] of OBJECTS) {
        assert.equal(world.ready(kind, name), "True");
        assert.equal(world.object(kind, name).status.provider.accountId, world.aws.accountId, kind);
      }
      world.cluster.erase("providers", { namespace: "demo", name: "wasabi" });
      world.restart();
      world.provider({ endpoint: other.url, iamEndpoint: other.url });
      await world.settle();
      world.forget();
      await run(world, other);
    });
  } finally {
    await other.close();
  }
}

Deno.test("what an object made in one account is not taken for that of another one", () =>
  withOtherAccount((world, other) => {
    for (const [kind, name] of OBJECTS) {
      if (kind === "AccessKey") continue;
      assert.match(world.ready(kind, name), /^Conflict: Provider demo\/wasabi leads to account 999999999999/, kind);
    }
    assert.deepEqual(other.requests.map(({ name }) => name).filter((name) => !/:(Get|List|Head)/.test(name)), []);
  }));

Deno.test("a deletion touches nothing of another account, and goes on once the Provider leads back", () =>
  withOtherAccount(async (world, other) => {
    for (const [kind, name] of OBJECTS.toReversed()) world.remove(kind, name);
    await world.settle();
    for (const [kind, name] of OBJECTS) {
      assert.match(world.ready(kind, name), /^DeletionBlocked: Provider demo\/wasabi leads to account/, kind);
    }
    assert.deepEqual(other.requests.map(({ name }) => name).filter((name) => !/:(Get|List|Head)/.test(name)), []);
    world.provider();
    await world.settle();
    for (const [kind, name] of OBJECTS) assert.equal(world.object(kind, name), undefined, world.ready(kind, name));
    assert.deepEqual([world.aws.state.buckets.size, world.aws.state.users.size], [0, 0]);
  }));

Deno.test("an account that IAM no longer tells is not known any more; one that was not heard stays", () =>
  withWorld({}, async (world) => {
    const known = () => world.object("Provider", "wasabi").status.accountId;
    assert.equal(known(), world.aws.accountId);
    world.faults.on("iam:GetUser", { do: "fail", status: 503, code: "ServiceUnavailable" });
    await world.settle();
    assert.equal(known(), world.aws.accountId);
    world.faults.clear();
    world.faults.on("iam:GetUser", { do: "fail", status: 403, code: "AccessDenied" });
    await world.settle();
    assert.deepEqual([known(), world.ready("Provider", "wasabi")], [undefined, "True"]);
    await world.assertAtRest(2);
  }));

Deno.test("a user of the same name in an account that does not answer holds up nobody's access key", async () => {
  const faults = new Faults();
  const other = await startAwsSandbox({ accountId: "999999999999", seed: 2, faults });
  try {
    await withWorld({}, async (world) => {
      world.provider({ endpoint: other.url, iamEndpoint: other.url }, { name: "other" });
      for (const [name, provider] of [["mine", "wasabi"], ["theirs", "other"]] as const) {
        world.apply("User", name, { providerRef: { name: provider }, name: "app" });
        world.apply("AccessKey", name, { providerRef: { name: provider }, userRef: { name } });
      }
      await world.settle();
      faults.on("iam:ListAccessKeys", { do: "hang" });
      const held = world.pass("AccessKey", "theirs");
      await world.pass("AccessKey", "mine");
      faults.clear();
      await held;
      assert.deepEqual([world.ready("AccessKey", "mine"), world.ready("AccessKey", "theirs")], ["True", "True"]);
    });
  } finally {
    await other.close();
  }
});
