import assert from "node:assert/strict";
import { withWorld, type World } from "./world.ts";

const USER = { providerRef: { name: "wasabi" }, name: "app" };

function isIntended(world: World): boolean {
  return world.object("User", "u").status.creating !== undefined;
}

Deno.test("a creation that the service refuses leaves no claim: a user that a person makes later is not ours", () =>
  withWorld({}, async (world) => {
    const lift = world.faults.on("iam:CreateUser", { do: "fail", status: 403, code: "AccessDenied" });
    world.apply("User", "u", USER);
    await world.pass("Provider", "wasabi");
    await world.pass("User", "u");
    assert.match(world.ready("User", "u"), /^AccessDenied/);
    assert.equal(isIntended(world), false);
    lift();
    world.aws.seed.user("app");
    await world.pass("User", "u");
    assert.match(world.ready("User", "u"), /^AlreadyExists/);
    world.remove("User", "u");
    await world.settle();
    assert.equal(world.object("User", "u"), undefined);
    assert.ok(world.aws.state.users.has("app"));
  }));

const UNKNOWN = {
  "a 500": { do: "fail", status: 500, code: "ServiceFailure", after: true },
  "a cut connection": { do: "cut", after: true },
} as const;
for (const [name, fault] of Object.entries(UNKNOWN)) {
  Deno.test(`a creation that ended in ${name} stays claimed: it may have been done`, () =>
    withWorld({}, async (world) => {
      const lift = world.faults.on("iam:CreateUser", fault);
      world.apply("User", "u", USER);
      await world.pass("Provider", "wasabi");
      await world.pass("User", "u");
      assert.equal(isIntended(world), true);
      lift();
      await world.settle();
      assert.equal(world.ready("User", "u"), "True");
      assert.equal(world.object("User", "u").status.ownership, "Created");
      assert.equal(isIntended(world), false);
    }));
}

Deno.test("every pass over a Bucket counts as an operation, by its result", () =>
  withWorld({}, async (world) => {
    world.apply("Bucket", "b", { ...USER, name: "app-data", autoManage: { enabled: false } });
    await world.settle();
    assert.ok(world.metrics.includes("bucket reconcile success"));
    world.faults.on(/^s3:/, { do: "fail", status: 403, code: "AccessDenied" });
    await world.pass("Bucket", "b");
    assert.ok(world.metrics.includes("bucket reconcile error"));
  }));
