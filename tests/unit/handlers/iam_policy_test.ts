import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { FINALIZER, PREFIX, withWorld, type World } from "./world.ts";

const REF = { providerRef: { name: "wasabi" } };
const ADOPT = { annotations: { [`${PREFIX}adopt`]: "true" } };
const ARN = "arn:aws:iam::123456789012:policy/p";
const policy = (...action: string[]) => ({ statement: [{ effect: "Allow", action, resource: "*" }] });
const live = (world: World) => world.aws.state.policies.get(ARN)!;
const document = (world: World) =>
  JSON.parse(live(world).versions.find(({ id }) => id === live(world).defaultVersion)!.document);

async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("IAMPolicy", "p", { ...REF, policy: policy("s3:GetObject"), ...spec }, meta);
  await world.settle();
}

Deno.test("an IAMPolicy is created under its object's name with its tags, and rests", () =>
  withWorld({}, async (world) => {
    await made(world, { tags: { team: "a" } });
    assert.equal(world.ready("IAMPolicy", "p"), "True");
    const { status } = world.object("IAMPolicy", "p");
    assert.deepEqual([status.policyArn, status.applied, status.ownership], [ARN, true, "Created"]);
    assert.deepEqual(Object.fromEntries(live(world).tags), { team: "a" });
    assert.deepEqual(world.changes(), ["iam:CreatePolicy", "iam:TagPolicy"]);
    await world.assertAtRest();
  }));

Deno.test("an IAMPolicy is found by name where IAM does not tell the account", () =>
  withWorld({}, async (world) => {
    world.edit("Provider", "wasabi", { status: { accountId: null } });
    world.faults.on("iam:GetUser", { do: "fail", status: 403, code: "AccessDenied" });
    world.apply("IAMPolicy", "p", { ...REF, policy: policy("s3:GetObject"), tags: { a: "1" } });
    await world.pass("IAMPolicy", "p");
    assert.equal(world.ready("IAMPolicy", "p"), "True");
    assert.deepEqual(Object.fromEntries(live(world).tags), { a: "1" });
  }));

Deno.test("a new document becomes a new default version, and drift too", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("IAMPolicy", "p", { spec: { policy: policy("s3:PutObject") } });
    await world.settle();
    assert.deepEqual([document(world).Statement[0].Action].flat(), ["s3:PutObject"]);
    world.forget();
    live(world).defaultVersion = "v1";
    await world.settle();
    assert.deepEqual([document(world).Statement[0].Action].flat(), ["s3:PutObject"]);
    assert.deepEqual(world.metrics.filter((name) => name.startsWith("drift")), ["drift IAMPolicy policy"]);
    await world.assertAtRest(2);
  }));

Deno.test("of five versions the oldest that is not the default goes", () =>
  withWorld({}, async (world) => {
    await made(world);
    for (let count = 2; count <= 7; count++) {
      world.edit("IAMPolicy", "p", { spec: { policy: policy(`s3:Get${count}`) } });
      await world.settle();
      assert.equal(world.ready("IAMPolicy", "p"), "True");
    }
    assert.deepEqual(live(world).versions.map(({ id }) => id).sort(), ["v3", "v4", "v5", "v6", "v7"]);
    live(world).defaultVersion = "v3";
    await world.settle();
    assert.deepEqual(live(world).versions.map(({ id }) => id).sort(), ["v3", "v5", "v6", "v7", "v8"]);
    await world.assertAtRest(2);
  }));

Deno.test("attachedUsers tells who has the policy, page by page", () =>
  withWorld({ aws: { behaviour: { pageSize: 1 } } }, async (world) => {
    await made(world);
    for (const name of ["b", "a"]) world.apply("User", name, { ...REF, name, policyRef: { name: "p" } });
    await world.settle();
    assert.deepEqual(world.object("IAMPolicy", "p").status.attachedUsers, ["a", "b"]);
    await world.assertAtRest(2);
  }));

Deno.test("tags that leave the spec are removed; a person's stay", () =>
  withWorld({}, async (world) => {
    await made(world, { tags: { a: "1", b: "2" } });
    live(world).tags.set("person", "p");
    world.edit("IAMPolicy", "p", { spec: { tags: { b: null } } });
    await world.settle();
    assert.deepEqual(Object.fromEntries(live(world).tags), { a: "1", person: "p" });
    world.edit("IAMPolicy", "p", { spec: { tags: null } });
    await world.settle();
    assert.deepEqual(Object.fromEntries(live(world).tags), { person: "p" });
    await world.assertAtRest(2);
  }));

Deno.test("at a service without tags on policies they are tried once and reported", () =>
  withWorld({ aws: { mode: "wasabi" } }, async (world) => {
    await made(world, { tags: { a: "1" } });
    assert.deepEqual(world.types("IAMPolicy", "p"), ["Ready", "Unsupported"]);
    await world.assertAtRest();
    assert.deepEqual(world.calls().filter((name) => /Tag/.test(name)), []);
  }));

Deno.test("PolicyInvalid from our own check and from IAM; a fixed spec converges and a deletion leaves nothing", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: { statement: [] } });
    assert.match(world.ready("IAMPolicy", "p"), /^PolicyInvalid: spec\.policy\.statement is empty/);
    assert.deepEqual(world.changes(), []);
    world.edit("IAMPolicy", "p", { spec: { policy: policy("not-an-action") } });
    await world.round();
    assert.match(world.ready("IAMPolicy", "p"), /^PolicyInvalid: CreatePolicy: MalformedPolicyDocument/);
    world.edit("IAMPolicy", "p", { spec: { policy: policy("s3:GetObject") } });
    await world.settle();
    assert.equal(world.ready("IAMPolicy", "p"), "True");
    world.edit("IAMPolicy", "p", { spec: { policy: { statement: [] } } });
    world.remove("IAMPolicy", "p");
    await world.settle();
    assert.deepEqual([world.object("IAMPolicy", "p"), world.aws.state.policies.size], [undefined, 0]);
  }));

Deno.test("a policy that exists is refused with the exact command; adopted, it is never deleted", () =>
  withWorld({}, async (world) => {
    world.aws.seed.policy("p", { Version: "2012-10-17", Statement: [] });
    await made(world);
    assert.match(
      world.ready("IAMPolicy", "p"),
      /^AlreadyExists: .*kubectl annotate iampolicies\.s3\.cloud37\.dev p -n demo s3\.cloud37\.dev\/adopt=true$/,
    );
    assert.deepEqual(world.changes(), []);
    world.annotate("IAMPolicy", "p", { adopt: "true" });
    await world.settle();
    assert.equal(world.object("IAMPolicy", "p").status.ownership, "Adopted");
    world.remove("IAMPolicy", "p");
    await world.settle();
    assert.equal(world.object("IAMPolicy", "p"), undefined);
    assert.ok(live(world));
  }));

Deno.test("adopting a policy that says the same already changes nothing", () =>
  withWorld({}, async (world) => {
    world.aws.seed.policy("p", {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: ["*"] },
    });
    await made(world, {}, ADOPT);
    assert.equal(world.ready("IAMPolicy", "p"), "True");
    assert.deepEqual(world.changes(), []);
  }));

Deno.test("a creation whose answer was lost is found again", () =>
  withWorld({}, async (world) => {
    world.faults.on("iam:CreatePolicy", { do: "fail", status: 500, code: "x", after: true }, { times: 1 });
    await made(world);
    assert.equal(world.ready("IAMPolicy", "p"), "True");
    assert.equal(world.object("IAMPolicy", "p").status.ownership, "Created");
  }));

Deno.test("a deletion waits for the Users that refer to the policy and names them", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.apply("User", "u", { ...REF, name: "u", policyRef: { name: "p" } });
    await world.settle();
    world.remove("IAMPolicy", "p");
    world.forget();
    await world.pass("IAMPolicy", "p");
    assert.match(world.ready("IAMPolicy", "p"), /^InUse: User demo\/u still refer to this policy/);
    assert.deepEqual(world.calls(), [], "nobody is asked meanwhile");
    world.remove("User", "u");
    await world.settle();
    assert.deepEqual([world.object("IAMPolicy", "p"), world.aws.state.policies.size], [undefined, 0]);
  }));

Deno.test("a deletion that a person's attachment blocks names the user", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("IAMPolicy", "p", { spec: { policy: policy("s3:PutObject") } });
    await world.settle();
    world.aws.seed.user("person").attached.add(ARN);
    world.remove("IAMPolicy", "p");
    await world.pass("IAMPolicy", "p");
    assert.match(world.ready("IAMPolicy", "p"), /^DeletionBlocked: .*still attached to user "person": detach it/);
    assert.deepEqual(world.object("IAMPolicy", "p").metadata.finalizers, [FINALIZER]);
    world.aws.state.users.get("person")!.attached.clear();
    await world.settle();
    assert.equal(world.aws.state.policies.size, 0);
  }));

Deno.test("of two IAMPolicies of one name in two namespaces the older wins; the loser's deletion harms nothing", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("Provider", "wasabi", { spec: { allowedNamespaces: ["*"] } });
    world.later(1000);
    world.apply("IAMPolicy", "p", { providerRef: { name: "wasabi", namespace: "demo" }, policy: policy("s3:*") }, {
      namespace: "team",
    });
    await world.settle();
    assert.match(world.ready("IAMPolicy", "p", "team"), /^Conflict: .*older IAMPolicy demo\/p/);
    world.remove("IAMPolicy", "p", "team");
    await world.settle();
    assert.ok(live(world));
    assert.equal(world.ready("IAMPolicy", "p"), "True");
  }));
