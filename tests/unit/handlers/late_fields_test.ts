import assert from "node:assert/strict";
import { ADOPT, BARE, made } from "./one_bucket.ts";
import { withWorld } from "./world.ts";

Deno.test("a bucket of another region than its Provider's is refused before anything is made, until that is mended", () =>
  withWorld({}, async (world) => {
    await made(world, { region: "eu-west-1", deletionPolicy: "Delete" });
    assert.match(
      world.ready("Bucket", "app"),
      /^CreationFailed: spec\.region "eu-west-1" is not that of Provider wasabi, which is in "us-east-1" .*remove spec\.region$/,
    );
    assert.deepEqual(world.types("Bucket", "app"), ["CreationFailed", "Stalled"]);
    assert.deepEqual([...world.changes(), ...world.reasons()], ["ReconcileFailed"]);
    world.edit("Bucket", "app", { spec: { region: null } });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    world.remove("Bucket", "app");
    await world.settle();
    assert.equal(world.object("Bucket", "app"), undefined);
  }));

Deno.test("a bucket of another region goes with its object, which has made nothing", () =>
  withWorld({}, async (world) => {
    await made(world, { region: "eu-west-1", deletionPolicy: "Delete" });
    world.remove("Bucket", "app");
    await world.settle();
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.deepEqual(world.changes(), []);
  }));

Deno.test("what spec.region says of a bucket that is there changes nothing", () =>
  withWorld({}, async (world) => {
    world.aws.seed.bucket("app-data");
    await made(world, { region: "eu-west-1" }, ADOPT);
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

const AUTO = { ...BARE, autoManage: { enabled: true } };

Deno.test("autoManage.userName that comes after the user is said, once by an Event, and obeyed once the user is made anew", () =>
  withWorld({}, async (world) => {
    await made(world, AUTO);
    world.forget();
    world.edit("Bucket", "app", { spec: { autoManage: { userName: "late" } } });
    await world.settle();
    await world.round();
    const { status, message } = world.condition("Bucket", "app", "Unsupported");
    const said = 'spec.autoManage.userName "late" has no effect: the bucket\'s user is there already as "app-data"; ' +
      "for a new user with a new key delete AccessKey app-accesskey and User app-user";
    assert.deepEqual([status, message, world.ready("Bucket", "app")], ["True", said, "True"]);
    assert.deepEqual(world.events.map(({ reason, note }) => [reason, note]), [["FieldsWithoutEffect", said]]);
    assert.deepEqual(world.changes(), []);

    world.remove("AccessKey", "app-accesskey");
    world.remove("User", "app-user");
    await world.settle();
    world.later(120_000);
    await world.settle();
    assert.deepEqual([...world.aws.state.users.keys()], ["late"]);
    assert.deepEqual([world.ready("Bucket", "app"), world.types("Bucket", "app")], ["True", ["Ready"]]);
    await world.assertAtRest();
  }));

Deno.test("two things that have no effect are one condition", () =>
  withWorld({}, async (world) => {
    await made(world, AUTO);
    const spec = { autoManage: { userName: "late" }, versioning: { enabled: true, mfaDelete: true } };
    world.edit("Bucket", "app", { spec });
    await world.settle();
    assert.match(
      world.condition("Bucket", "app", "Unsupported").message,
      /^spec\.versioning\.mfaDelete .*; spec\.autoManage\.userName /,
    );
  }));

Deno.test("autoManage.userName that comes while there is no user yet is obeyed", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("Bucket", "app", { spec: { autoManage: { enabled: true, userName: "late" } } });
    await world.settle();
    assert.deepEqual([...world.aws.state.users.keys()], ["late"]);
    assert.equal(world.condition("Bucket", "app", "Unsupported"), undefined);
  }));
