import assert from "node:assert/strict";
import type { Loose } from "./cluster.ts";
import { FINALIZER, PREFIX, withWorld, type World } from "./world.ts";

const SPEC = { providerRef: { name: "wasabi" }, name: "app" };
const ADOPT = { annotations: { [`${PREFIX}adopt`]: "true" } };
const statement = (action: string) => ({ effect: "Allow", action, resource: "*" });
const POLICY = { statement: [statement("s3:GetObject")] };
const ACCOUNT = "arn:aws:iam::123456789012";
const live = (world: World) => world.aws.state.users.get("app")!;
const inline = (world: World) => JSON.parse(live(world).inline.get("app-policy") ?? "null");

async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("User", "u", { ...SPEC, ...spec }, meta);
  await world.settle();
}

async function policies(world: World, ...names: string[]): Promise<void> {
  for (const name of names) world.apply("IAMPolicy", name, { providerRef: SPEC.providerRef, policy: POLICY });
  await world.settle();
}

Deno.test("a User is created with its inline policy and tags, and rests", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: POLICY, tags: { team: "a" } });
    assert.equal(world.ready("User", "u"), "True");
    assert.deepEqual(world.changes().sort(), ["iam:CreateUser", "iam:PutUserPolicy", "iam:TagUser"]);
    const { status } = world.object("User", "u");
    assert.deepEqual([status.created, status.ownership, status.arn], [true, "Created", `${ACCOUNT}:user/app`]);
    assert.deepEqual(inline(world).Statement, [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    assert.deepEqual(world.cluster.writes, ["PATCH users demo/u", "PATCH users/status demo/u"]);
    await world.assertAtRest();
  }));

const DEFAULTS: Record<string, { tags?: Loose; bucket: string }> = {
  "the user's name": { bucket: "app" },
  "tag Bucket": { tags: { Bucket: "logs" }, bucket: "logs" },
};
for (const [name, { tags, bucket }] of Object.entries(DEFAULTS)) {
  Deno.test(`without a policy a User gets full access to the bucket named by ${name}`, () =>
    withWorld({}, async (world) => {
      await made(world, tags ? { tags } : {});
      const [{ Action, Resource }] = inline(world).Statement;
      assert.deepEqual([[Action].flat(), Resource], [["s3:*"], [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]]);
    }));
}

const DRIFTS: Record<string, (world: World) => void> = {
  "inline policy": (world) => live(world).inline.set("app-policy", "{}"),
  "missing inline policy": (world) => live(world).inline.clear(),
  "tags": (world) => void live(world).tags.set("team", "b"),
  "missing tags": (world) => live(world).tags.clear(),
};
for (const [name, drift] of Object.entries(DRIFTS)) {
  Deno.test(`drift of a User is mended by one call: ${name}`, () =>
    withWorld({}, async (world) => {
      await made(world, { policy: POLICY, tags: { team: "a" } });
      world.forget();
      drift(world);
      await world.settle();
      assert.equal(world.changes().length, 1);
      assert.equal(world.metrics.filter((each) => each.startsWith("drift User")).length, 1);
      assert.equal(inline(world).Statement.length, 1);
      assert.equal(live(world).tags.get("team"), "a");
      await world.assertAtRest(2);
    }));
}

Deno.test("a User that vanished is made again", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.aws.state.users.clear();
    await world.settle();
    assert.ok(live(world));
    assert.equal(world.ready("User", "u"), "True");
  }));

Deno.test("tags that leave the spec are removed, also when the first try fails; a person's tags stay", () =>
  withWorld({}, async (world) => {
    await made(world, { tags: { team: "a", old: "x" } });
    live(world).tags.set("person", "p");
    world.faults.on("iam:UntagUser", { do: "fail", status: 403, code: "AccessDenied" });
    world.edit("User", "u", { spec: { tags: { old: null } } });
    await world.round();
    assert.notEqual(world.ready("User", "u"), "True");
    world.faults.clear();
    await world.settle();
    assert.deepEqual(Object.fromEntries(live(world).tags), { team: "a", person: "p" });
    world.edit("User", "u", { spec: { tags: null } });
    await world.settle();
    assert.deepEqual(Object.fromEntries(live(world).tags), { person: "p" });
    assert.equal(world.object("User", "u").status.managedTags, undefined);
    await world.assertAtRest(2);
  }));

Deno.test("at a service without tags on users they are tried once, reported as a condition, and skipped", () =>
  withWorld({ aws: { mode: "wasabi" } }, async (world) => {
    await made(world, { tags: { team: "a" } });
    assert.deepEqual(world.types("User", "u"), ["Ready", "Unsupported"]);
    await world.assertAtRest();
    assert.deepEqual(world.calls().filter((name) => /Tag/.test(name)), []);
    world.apply("User", "v", { ...SPEC, name: "other", tags: { team: "b" } });
    await world.settle();
    assert.deepEqual(world.types("User", "v"), ["Ready", "Unsupported"]);
    assert.deepEqual(world.calls().filter((name) => /Tag/.test(name)), []);
  }));

Deno.test("policyRef attaches the policy and puts no default policy", () =>
  withWorld({}, async (world) => {
    await policies(world, "one");
    await made(world, { policyRef: { name: "one" } });
    assert.equal(world.ready("User", "u"), "True");
    assert.deepEqual([...live(world).attached], [`${ACCOUNT}:policy/one`]);
    assert.equal(live(world).inline.size, 0);
    await world.assertAtRest();
  }));

Deno.test("a User waits for its policyRef without being made", () =>
  withWorld({}, async (world) => {
    await made(world, { policyRef: { name: "one" } });
    assert.match(world.ready("User", "u"), /^PolicyNotReady: IAMPolicy demo\/one does not exist/);
    assert.equal(live(world), undefined);
    await policies(world, "one");
    assert.equal(world.ready("User", "u"), "True");
  }));

/** What gives access goes before what takes it away. */
const SWITCHES: Record<string, { from: Loose; to: Loose; order: string[] }> = {
  "one policy to another": {
    from: { policyRef: { name: "one" } },
    to: { policyRef: { name: "two" } },
    order: ["iam:AttachUserPolicy", "iam:DetachUserPolicy"],
  },
  "inline to attached": {
    from: { policy: POLICY },
    to: { policy: null, policyRef: { name: "one" } },
    order: ["iam:AttachUserPolicy", "iam:DeleteUserPolicy"],
  },
  "attached to inline": {
    from: { policyRef: { name: "one" } },
    to: { policyRef: null, policy: POLICY },
    order: ["iam:PutUserPolicy", "iam:DetachUserPolicy"],
  },
};
for (const [name, { from, to, order }] of Object.entries(SWITCHES)) {
  Deno.test(`a switch from ${name} leaves the user never without`, () =>
    withWorld({}, async (world) => {
      await policies(world, "one", "two");
      await made(world, from);
      world.forget();
      world.edit("User", "u", { spec: to });
      await world.settle();
      assert.deepEqual(world.changes(), order);
      assert.equal(live(world).attached.size + live(world).inline.size, 1);
      assert.equal(world.ready("User", "u"), "True");
      await world.assertAtRest(2);
    }));

  Deno.test(`a switch from ${name} takes nothing away while the first half fails`, () =>
    withWorld({}, async (world) => {
      await policies(world, "one", "two");
      await made(world, from);
      world.forget();
      world.faults.on(order[0]!, { do: "fail", status: 403, code: "AccessDenied" });
      world.edit("User", "u", { spec: to });
      await world.round();
      assert.equal(world.changes().includes(order[1]!), false);
      assert.notEqual(world.ready("User", "u"), "True");
      world.faults.clear();
      await world.settle();
      assert.equal(live(world).attached.size + live(world).inline.size, 1);
    }));

  Deno.test(`a switch from ${name} is finished although the second half fails at first`, () =>
    withWorld({}, async (world) => {
      await policies(world, "one", "two");
      await made(world, from);
      world.faults.on(order[1]!, { do: "fail", status: 403, code: "AccessDenied" });
      world.edit("User", "u", { spec: to });
      await world.round();
      await world.round();
      world.restart();
      world.faults.clear();
      await world.settle();
      assert.equal(live(world).attached.size + live(world).inline.size, 1, "the former policy must go");
    }));
}

Deno.test("a person's policies on the user stay", () =>
  withWorld({}, async (world) => {
    await policies(world, "one", "two");
    await made(world);
    live(world).attached.add(`${ACCOUNT}:policy/two`);
    live(world).inline.set("person", "{}");
    world.edit("User", "u", { spec: { policyRef: { name: "one" } } });
    await world.settle();
    assert.deepEqual([...live(world).attached].sort(), [`${ACCOUNT}:policy/one`, `${ACCOUNT}:policy/two`]);
    assert.deepEqual([...live(world).inline.keys()], ["person"]);
  }));

const INVALID: Record<string, Loose> = {
  "a principal": { statement: [{ ...statement("s3:*"), principal: "*" }] },
  "an empty action": { statement: [statement("")] },
  "too long": { statement: [{ ...statement("s3:*"), sid: "x".repeat(2100) }] },
};
for (const [name, policy] of Object.entries(INVALID)) {
  Deno.test(`PolicyInvalid on a User: ${name}; a fixed spec converges`, () =>
    withWorld({}, async (world) => {
      await made(world, { policy });
      assert.match(world.ready("User", "u"), /^PolicyInvalid: spec\.policy/);
      assert.equal(live(world), undefined);
      world.edit("User", "u", { spec: { policy: { statement: [statement("s3:*")] } } });
      await world.settle();
      assert.equal(world.ready("User", "u"), "True");
    }));
}

Deno.test("a policy that IAM calls malformed stalls as PolicyInvalid; a fixed spec converges and a deletion leaves nothing", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: { statement: [statement("not-an-action")] } }).catch(() => {});
    assert.match(world.ready("User", "u"), /^PolicyInvalid: PutUserPolicy: MalformedPolicyDocument/);
    assert.ok(world.types("User", "u").includes("Stalled"));
    world.edit("User", "u", { spec: { policy: POLICY } });
    await world.settle();
    assert.equal(world.ready("User", "u"), "True");
    world.remove("User", "u");
    await world.settle();
    assert.equal(world.aws.state.users.size, 0);
  }));

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
