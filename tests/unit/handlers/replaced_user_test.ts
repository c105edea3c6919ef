import assert from "node:assert/strict";
import { inline, live, made, POLICY } from "./one_user.ts";
import { withWorld, type World } from "./world.ts";

/** Somebody deletes the user, and makes one of the same name with a policy of that name. */
function replaced(world: World): void {
  world.aws.state.users.delete("app");
  world.aws.seed.user("app");
  live(world).inline.set("app-policy", '{"Statement":[]}');
}

Deno.test("a user that somebody deleted and made anew is not ours: it is refused, and stays when the object goes", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: POLICY });
    const { userId } = world.object("User", "u").status;
    replaced(world);
    await world.round();
    const said = world.ready("User", "u");
    assert.match(said, /^AlreadyExists: User "app", made anew by somebody else with id \w+, exists already/);
    assert.ok(!said.includes(userId), said);
    assert.deepEqual(inline(world), { Statement: [] });
    world.forget();
    world.remove("User", "u");
    await world.settle();
    assert.equal(world.object("User", "u"), undefined);
    assert.deepEqual(world.changes(), []);
    assert.ok(live(world));
  }));

Deno.test("a user that somebody made anew can be adopted, and is then not deleted with the object", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: POLICY });
    replaced(world);
    world.annotate("User", "u", { adopt: "true" });
    await world.settle();
    const { ownership, userId } = world.object("User", "u").status;
    assert.deepEqual([world.ready("User", "u"), ownership], ["True", "Adopted"]);
    assert.notDeepEqual(inline(world), { Statement: [] });
    world.annotate("User", "u", { adopt: null });
    await world.settle();
    assert.deepEqual([world.ready("User", "u"), world.object("User", "u").status.userId], ["True", userId]);
    world.remove("User", "u");
    await world.settle();
    assert.ok(live(world));
  }));

Deno.test("no key is made for a user that somebody made anew", () =>
  withWorld({}, async (world) => {
    await made(world);
    replaced(world);
    await world.round();
    world.apply("AccessKey", "k", { providerRef: { name: "wasabi" }, userRef: { name: "u" } });
    await world.round();
    assert.match(world.ready("AccessKey", "k"), /^UserNotReady/);
    assert.equal(live(world).keys.length, 0);
  }));

const ENDS = {
  "the answer comes": undefined,
  "the answer is lost": { do: "fail", status: 500, code: "ServiceFailure", after: true },
} as const;
for (const [what, fault] of Object.entries(ENDS)) {
  Deno.test(`a user that we make anew stays ours, whatever its id, also over a crash: ${what}`, () =>
    withWorld({}, async (world) => {
      await made(world, { policy: POLICY });
      const { userId } = world.object("User", "u").status;
      world.aws.state.users.delete("app");
      if (fault) world.faults.on("iam:CreateUser", fault);
      world.cluster.beforeWrite = () => {
        if (world.aws.state.users.has("app")) world.cluster.refuse(/status/, { code: 500, reason: "InternalError" });
      };
      await world.pass("User", "u");
      world.cluster.beforeWrite = () => {};
      world.cluster.allow();
      world.faults.clear();
      world.restart();
      await world.settle();
      const { status } = world.object("User", "u");
      assert.deepEqual([world.ready("User", "u"), status.ownership, status.creating], ["True", "Created", undefined]);
      assert.notEqual(status.userId, userId);
      world.remove("User", "u");
      await world.settle();
      assert.equal(live(world), undefined);
    }));
}
