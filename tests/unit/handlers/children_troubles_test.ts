/** Which of its children's troubles are a Bucket's own. */
import assert from "node:assert/strict";
import { withWorld, type World } from "./world.ts";

async function made(world: World): Promise<void> {
  world.apply("Bucket", "app", { providerRef: { name: "wasabi" }, name: "app-data" });
  await world.settle();
}

Deno.test("a Bucket stalls with a child that needs a person, and goes on with it", () =>
  withWorld({}, async (world) => {
    const taken = world.aws.seed.user("app-data");
    await made(world);
    assert.match(world.ready("Bucket", "app"), /^UserNotReady: User app-user is not ready: AlreadyExists: /);
    assert.deepEqual(world.types("Bucket", "app"), ["Stalled"]);
    world.annotate("User", "app-user", { adopt: "true" });
    for (let key = 0; key < 2; key++) world.aws.seed.accessKey(taken.name);
    await world.settle();
    assert.match(world.ready("Bucket", "app"), /^UserNotReady: AccessKey app-accesskey is not ready: NoFreeKeySlot: /);
    assert.deepEqual(world.types("Bucket", "app"), ["Stalled"]);
    world.aws.seed.loseKeys(taken.name);
    world.later(600_000);
    await world.round();
    await world.settle();
    assert.deepEqual([world.ready("Bucket", "app"), world.types("Bucket", "app")], ["True", ["Ready"]]);
  }));

Deno.test("a changed Bucket is Ready when its children have carried the change out, and not before", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.faults.on("iam:PutUserPolicy", { do: "fail", status: 503, code: "ServiceUnavailable" });
    world.edit("Bucket", "app", { spec: { autoManage: { accessLevel: "readonly" } } });
    for (let round = 0; round < 4; round++) await world.round();
    assert.match(world.ready("Bucket", "app"), /^UserNotReady: User app-user is not ready: /);
    assert.deepEqual(world.types("Bucket", "app"), ["Reconciling"]);
    world.faults.clear();
    world.later(600_000);
    await world.round();
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    const policy = JSON.parse(world.aws.state.users.get("app-data")!.inline.get("app-data-policy")!);
    assert.deepEqual(policy.Statement[0].Action.sort(), ["s3:GetObject", "s3:ListBucket"]);
  }));

Deno.test("a child that has troubles of its own later leaves its Bucket Ready, also through an edit of another thing", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.aws.seed.accessKey("app-data");
    world.annotate("AccessKey", "app-accesskey", { "rotate-at": new Date(0).toISOString() });
    await world.settle();
    assert.match(world.ready("AccessKey", "app-accesskey"), /^NoFreeKeySlot: /);
    assert.equal(world.ready("Bucket", "app"), "True");
    world.edit("Bucket", "app", { spec: { tagging: { tags: { team: "storage" } } } });
    await world.settle();
    const { metadata, status } = world.object("Bucket", "app");
    assert.deepEqual([world.ready("Bucket", "app"), status.observedGeneration], ["True", metadata.generation]);
  }));

Deno.test("a Bucket waits for a paused child that is to carry out its edit", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.annotate("User", "app-user", { paused: "true" });
    world.edit("Bucket", "app", { spec: { autoManage: { accessLevel: "readonly" } } });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "UserNotReady: User app-user is not ready yet");
    world.annotate("User", "app-user", { paused: null });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

Deno.test("what a Bucket puts right in a child leaves the Bucket Ready all along", () =>
  withWorld({}, async (world) => {
    await made(world);
    const since = world.condition("Bucket", "app").lastTransitionTime;
    world.later(60_000);
    const { policy } = world.object("User", "app-user").spec;
    world.edit("User", "app-user", { spec: { policy: { statement: [{ ...policy.statement[0], action: "s3:*" }] } } });
    await world.settle();
    assert.deepEqual(world.object("User", "app-user").spec.policy.statement, policy.statement);
    assert.equal(world.condition("Bucket", "app").lastTransitionTime, since);
  }));
