import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { ACCOUNT, inline, live, made, policies, POLICY, SPEC, statement } from "./one_user.ts";
import { withWorld, type World } from "./world.ts";

Deno.test("a User is created with its inline policy and tags, and rests", () =>
  withWorld({}, async (world) => {
    await made(world, { policy: POLICY, tags: { team: "a" } });
    assert.equal(world.ready("User", "u"), "True");
    assert.deepEqual(world.changes().sort(), ["iam:CreateUser", "iam:PutUserPolicy", "iam:TagUser"]);
    const { status } = world.object("User", "u");
    assert.deepEqual([status.created, status.ownership, status.arn], [true, "Created", `${ACCOUNT}:user/app`]);
    assert.deepEqual(inline(world).Statement, [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    const told = "PATCH users/status demo/u";
    assert.deepEqual(world.cluster.writes, ["PATCH users demo/u", told, told]);
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
