import assert from "node:assert/strict";
import { ACCOUNT, inline, live, made, policies, POLICY, SPEC } from "./one_user.ts";
import { FINALIZER, PREFIX, withWorld, type World } from "./world.ts";

const ADOPT = { annotations: { [`${PREFIX}adopt`]: "true" } };

Deno.test("a user that exists is refused with the exact command, left alone also by the deletion, and taken when adopted", () =>
  withWorld({}, async (world) => {
    world.aws.seed.user("app");
    await made(world);
    assert.match(
      world.ready("User", "u"),
      /^AlreadyExists: .*run: kubectl annotate users\.s3\.cloud37\.dev u -n demo s3\.cloud37\.dev\/adopt=true$/,
    );
    assert.deepEqual(world.changes(), []);
    world.remove("User", "u");
    await world.settle();
    assert.ok(live(world));
    await made(world, {}, ADOPT);
    assert.equal(world.ready("User", "u"), "True");
    assert.equal(world.object("User", "u").status.ownership, "Adopted");
  }));

Deno.test("the deletion of an adopted user takes only what we put on it", () =>
  withWorld({}, async (world) => {
    await policies(world, "one", "two");
    world.aws.seed.user("app", { inline: { person: {} } });
    live(world).attached.add(`${ACCOUNT}:policy/two`);
    await made(world, { policyRef: { name: "one" } }, ADOPT);
    assert.equal(live(world).attached.size, 2);
    world.remove("User", "u");
    await world.settle();
    assert.equal(world.object("User", "u"), undefined);
    assert.deepEqual([...live(world).attached], [`${ACCOUNT}:policy/two`]);
    assert.deepEqual([...live(world).inline.keys()], ["person"]);
  }));

Deno.test("the deletion of a created user takes it whole", () =>
  withWorld({}, async (world) => {
    await policies(world, "one");
    await made(world, { policyRef: { name: "one" } });
    world.remove("User", "u");
    await world.settle();
    assert.deepEqual([world.object("User", "u"), world.aws.state.users.size], [undefined, 0]);
  }));

const LEFTOVERS: Record<string, { put: (world: World) => void; says: RegExp }> = {
  "a key": { put: (world) => void world.aws.seed.accessKey("app"), says: /access key …\w{4}/ },
  "an inline policy": { put: (world) => void live(world).inline.set("person", "{}"), says: /inline policy "person"/ },
  "an attached policy": {
    put: (world) => void live(world).attached.add(world.aws.seed.policy("theirs", {}).arn),
    says: /attached policy "theirs"/,
  },
  "a group": { put: (world) => world.aws.seed.group("admins", ["app"]), says: /group "admins"/ },
  "a login profile": { put: (world) => live(world).loginProfile = true, says: /a login profile/ },
};
for (const [name, { put, says }] of Object.entries(LEFTOVERS)) {
  Deno.test(`a deletion that ${name} of somebody else blocks names it, removes nothing of it, and can be abandoned`, () =>
    withWorld({}, async (world) => {
      await made(world);
      put(world);
      world.remove("User", "u");
      await world.pass("User", "u");
      assert.match(world.ready("User", "u"), says);
      assert.match(world.ready("User", "u"), /^DeletionBlocked: /);
      assert.deepEqual(world.object("User", "u").metadata.finalizers, [FINALIZER]);
      assert.equal(await world.pass("User", "u"), "backoff");
      world.annotate("User", "u", { abandon: "true" });
      await world.pass("User", "u");
      assert.equal(world.object("User", "u"), undefined);
      assert.match(world.events.at(-1)!.note, /user "app" with its policies/);
      assert.ok(live(world));
    }));
}

for (const path of ["/", "/team/"]) {
  Deno.test(`the operator's own user at path ${path} is refused, whatever is annotated`, () =>
    withWorld({ settings: { adoption: "always" } }, async (world) => {
      world.edit("Provider", "wasabi", { status: { callerArn: `${ACCOUNT}:user${path}app` } });
      world.aws.seed.user("app");
      world.apply("User", "u", SPEC, ADOPT);
      await world.pass("User", "u");
      assert.match(world.ready("User", "u"), /^Conflict: .*the operator's own user, which it never touches/);
      world.remove("User", "u");
      await world.pass("User", "u");
      assert.deepEqual(world.changes(), []);
      assert.ok(live(world));
    }));
}

Deno.test("the operator's own user outlives a User object that 0.2.x recorded, by whichever Provider", () =>
  withWorld({}, async (world) => {
    world.apply("User", "u", SPEC);
    await world.settle();
    world.provider({}, { name: "second" });
    await world.settle();
    world.edit("Provider", "second", { status: { callerArn: `${ACCOUNT}:user/app` } });
    await world.pass("User", "u");
    assert.match(world.ready("User", "u"), /^Conflict: .*the operator's own user/);
    world.forget();
    world.remove("User", "u");
    await world.pass("User", "u");
    assert.equal(world.object("User", "u"), undefined);
    assert.deepEqual(world.changes(), []);
  }));

Deno.test("the operator's own key is never deleted, whatever a ledger was edited to hold", () =>
  withWorld({}, async (world) => {
    world.apply("User", "u", SPEC);
    world.apply("AccessKey", "k", { providerRef: { name: "wasabi" }, userRef: { name: "u" } });
    await world.settle();
    const own = { id: world.aws.credentials.accessKeyId, userName: "app", createdAt: "2020-01-01T00:00:00Z" };
    world.cluster.edit("secrets", { namespace: "demo", name: "k-credentials" }, {
      metadata: { annotations: { "s3.cloud37.dev/keys": JSON.stringify([own]) } },
    });
    world.remove("AccessKey", "k");
    await world.pass("AccessKey", "k");
    assert.match(world.ready("AccessKey", "k"), /^DeletionBlocked: .*is the operator's own, which it never touches/);
  }));

Deno.test("a deletion that waits for an AccessKey says so, and asks IAM nothing meanwhile", () =>
  withWorld({}, async (world) => {
    world.apply("User", "u", SPEC);
    world.apply("AccessKey", "k", { providerRef: { name: "wasabi" }, userRef: { name: "u" } });
    await world.settle();
    world.remove("User", "u");
    world.forget();
    await world.pass("User", "u");
    assert.match(world.ready("User", "u"), /^InUse: AccessKey demo\/k still use this user/);
    assert.deepEqual(world.calls(), []);
  }));

for (const first of ["old", "young"]) {
  Deno.test(`of two Users for one name the older wins, the ${first} one first; the loser's deletion harms nothing`, () =>
    withWorld({}, async (world) => {
      world.apply("User", "zebra", SPEC);
      world.later(1000);
      world.apply("User", "ant", SPEC);
      for (const name of first === "old" ? ["zebra", "ant"] : ["ant", "zebra"]) await world.pass("User", name);
      await world.settle();
      assert.match(world.ready("User", "ant"), /^Conflict: .*older User demo\/zebra/);
      world.remove("User", "ant");
      await world.settle();
      assert.equal(world.ready("User", "zebra"), "True");
      assert.ok(live(world));
      await world.assertAtRest(2);
    }));
}

Deno.test("a User of 0.2.x with created true is looked after from the first pass", () =>
  withWorld({}, async (world) => {
    world.aws.seed.user("app", { inline: { "app-policy": {} } });
    world.apply("User", "u", { ...SPEC, policy: POLICY }, {}, { status: { created: true, userId: "x" } });
    await world.settle();
    assert.equal(world.object("User", "u").status.ownership, "Created");
    assert.equal(inline(world).Statement.length, 1);
  }));

Deno.test("a Provider without iamEndpoint says what is missing", () =>
  withWorld({}, async (world) => {
    world.edit("Provider", "wasabi", { spec: { iamEndpoint: null } });
    await made(world);
    assert.match(world.ready("User", "u"), /^ProviderNotReady: .*has no spec\.iamEndpoint.*: set it$/);
    assert.deepEqual(world.types("User", "u"), ["ProviderNotReady", "Stalled"]);
  }));

Deno.test("a creation that IAM refuses says CreationFailed", () =>
  withWorld({ aws: { behaviour: { limits: { users: 0 } } } }, async (world) => {
    world.apply("User", "u", SPEC);
    await world.pass("User", "u");
    assert.match(world.ready("User", "u"), /^CreationFailed: CreateUser: LimitExceeded/);
    assert.deepEqual(world.types("User", "u"), ["CreationFailed", "Stalled"]);
  }));
