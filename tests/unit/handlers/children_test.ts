import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { withWorld, type World } from "./world.ts";

const SPEC = { providerRef: { name: "wasabi" }, name: "app-data" };
const NAMES = [["User", "app-user"], ["AccessKey", "app-accesskey"], ["BucketPolicy", "app-policy"]] as const;
const arn = (name: string) => `arn:aws:iam::123456789012:user/${name}`;

async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("Bucket", "app", { ...SPEC, ...spec }, meta);
  await world.settle();
}

const children = (world: World): string[] =>
  NAMES.filter(([kind, name]) => world.object(kind, name) !== undefined).map(([kind]) => kind);
const policy = (world: World) => JSON.parse(world.aws.state.buckets.get("app-data")!.policy ?? "null");
const inline = (world: World, user: string) =>
  JSON.parse(world.aws.state.users.get(user)!.inline.get(`${user}-policy`) ?? "null");

Deno.test("an auto-managed Bucket gets its user, key, Secret and policy, and then all rests", () =>
  withWorld({}, async (world) => {
    await made(world);
    assert.equal(world.ready("Bucket", "app"), "True");
    const bucket = world.object("Bucket", "app");
    assert.equal(bucket.status.credentialsSecret, "app-accesskey-credentials");
    const owner = { apiVersion: bucket.apiVersion, kind: "Bucket", name: "app", uid: bucket.metadata.uid };
    for (const [kind, name] of NAMES) {
      const { metadata } = world.object(kind, name);
      assert.deepEqual(metadata.ownerReferences, [{ ...owner, controller: true, blockOwnerDeletion: true }]);
      assert.deepEqual(metadata.labels, { "s3.cloud37.dev/managed-by": "wasabi-s3-operator" });
      assert.equal(world.ready(kind, name), "True");
    }
    const user = world.object("User", "app-user").spec;
    assert.deepEqual([user.name, user.tags], ["app-data", { ManagedBy: "wasabi-s3-operator", Bucket: "app-data" }]);
    assert.deepEqual(Object.fromEntries(world.aws.state.users.get("app-data")!.tags), user.tags);
    const [statement] = policy(world).Statement;
    assert.deepEqual([statement.Sid, statement.Principal], ["AllowappdataAccess", { AWS: arn("app-data") }]);
    assert.deepEqual(statement.Action.sort(), ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]);
    assert.equal(world.aws.state.users.get("app-data")!.keys.length, 1);
    const secret = world.cluster.find("secrets", { namespace: "demo", name: "app-accesskey-credentials" });
    assert.equal(atob(secret.data["access-key-id"]), world.aws.state.users.get("app-data")!.keys[0]!.id);
    await world.assertAtRest();
  }));

/** What `autoManage` and `userRef` mean together. */
const WANTED: Record<string, { spec: Loose; children: string[] }> = {
  "absent": { spec: {}, children: ["User", "AccessKey", "BucketPolicy"] },
  "empty": { spec: { autoManage: {} }, children: ["User", "AccessKey", "BucketPolicy"] },
  "enabled false": { spec: { autoManage: { enabled: false } }, children: [] },
  "absent with userRef": { spec: { userRef: { name: "person" } }, children: ["BucketPolicy"] },
  "written with userRef": {
    spec: { userRef: { name: "person" }, autoManage: {} },
    children: ["AccessKey", "BucketPolicy"],
  },
  "enabled false with userRef": { spec: { userRef: { name: "person" }, autoManage: { enabled: false } }, children: [] },
};

for (const [name, { spec, children: wanted }] of Object.entries(WANTED)) {
  Deno.test(`autoManage ${name}: ${wanted.join(", ") || "no children"}`, () =>
    withWorld({}, async (world) => {
      world.apply("User", "person", { providerRef: { name: "wasabi" }, name: "person" });
      await made(world, spec);
      assert.equal(world.ready("Bucket", "app"), "True");
      assert.deepEqual(children(world), wanted);
      if (spec.userRef && wanted.includes("BucketPolicy")) {
        assert.deepEqual(policy(world).Statement[0].Principal, { AWS: arn("person") });
      }
      if (wanted.includes("AccessKey")) assert.equal(world.condition("AccessKey", "app-accesskey").status, "True");
      await world.assertAtRest(2);
    }));
}

Deno.test("a Bucket waits for the User of its userRef, and says which", () =>
  withWorld({}, async (world) => {
    await made(world, { userRef: { name: "person" } });
    assert.match(world.ready("Bucket", "app"), /^UserNotReady: .*person is not there yet/);
    assert.ok(world.aws.state.buckets.has("app-data"));
    world.apply("User", "person", { providerRef: { name: "wasabi" }, name: "person" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

for (const [level, actions] of [["readonly", ["s3:GetObject", "s3:ListBucket"]], ["full", ["s3:*"]]] as const) {
  Deno.test(`a change of accessLevel to ${level} reaches the user's policy and the bucket's`, () =>
    withWorld({}, async (world) => {
      await made(world);
      world.edit("Bucket", "app", { spec: { autoManage: { accessLevel: level } } });
      await world.settle();
      const list = (value: Loose) => [value].flat().sort();
      assert.deepEqual(list(policy(world).Statement[0].Action), actions);
      assert.deepEqual(list(inline(world, "app-data").Statement[0].Action), actions);
      await world.assertAtRest(2);
    }));
}

Deno.test("a change of rotation reaches the AccessKey", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.edit("Bucket", "app", { spec: { autoManage: { rotation: { intervalDays: 30 } } } });
    await world.settle();
    const rotate = { enabled: true, intervalDays: 30, previousKeysRetentionDays: 7 };
    assert.deepEqual(world.object("AccessKey", "app-accesskey").spec.rotate, rotate);
  }));

Deno.test("an existing AccessKey keeps its rotation where the Bucket states none", () =>
  withWorld({}, async (world) => {
    const rotate = { enabled: false, intervalDays: 10, previousKeysRetentionDays: 1 };
    const userRef = { name: "app-user" };
    world.apply("AccessKey", "app-accesskey", { providerRef: SPEC.providerRef, userRef, rotate });
    await made(world);
    assert.deepEqual(world.object("AccessKey", "app-accesskey").spec.rotate, rotate);
    assert.equal(world.object("AccessKey", "app-accesskey").metadata.ownerReferences.length, 1);
  }));

Deno.test("a change of userRef reaches the AccessKey and the policy", () =>
  withWorld({}, async (world) => {
    for (const name of ["one", "two"]) world.apply("User", name, { providerRef: SPEC.providerRef, name });
    await made(world, { userRef: { name: "one" }, autoManage: {} });
    world.edit("Bucket", "app", { spec: { userRef: { name: "two" } } });
    await world.settle();
    assert.deepEqual(world.object("AccessKey", "app-accesskey").spec.userRef, { name: "two", namespace: "demo" });
    assert.deepEqual(policy(world).Statement[0].Principal, { AWS: arn("two") });
  }));

Deno.test("autoManage.userName names the user at IAM", () =>
  withWorld({}, async (world) => {
    await made(world, { autoManage: { userName: "other-name" } });
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.deepEqual([...world.aws.state.users.keys()], ["other-name"]);
  }));

for (const [kind, name] of NAMES) {
  const spec: Record<string, Loose> = {
    User: { providerRef: SPEC.providerRef, name: "app-data" },
    AccessKey: { providerRef: SPEC.providerRef, userRef: { name: "app-user" } },
    BucketPolicy: {
      bucketRef: { name: "app" },
      policy: {
        statement: [{ effect: "Deny", principal: "*", action: "s3:PutObject", resource: "arn:aws:s3:::app-data/*" }],
      },
    },
  };
  const foreign = (controller: boolean) => ({
    ownerReferences: [{ apiVersion: "v1", kind: "Widget", name: "w", uid: "w", controller }],
  });

  Deno.test(`a ${kind} of a child's name that another controller has is a Conflict`, () =>
    withWorld({}, async (world) => {
      world.apply(kind, name, spec[kind], foreign(true));
      await made(world);
      // A BucketPolicy that is not the Bucket's own simply wins.
      if (kind === "BucketPolicy") assert.equal(world.ready("Bucket", "app"), "True");
      else {assert.match(
          world.ready("Bucket", "app"),
          new RegExp(`^Conflict: ${kind} ${name} is controlled by another Widget`),
        );}
      assert.deepEqual(world.object(kind, name).metadata.ownerReferences, foreign(true).ownerReferences);
    }));

  if (kind === "BucketPolicy") continue;
  Deno.test(`a ${kind} of a child's name without a controller is adopted, other owners kept`, () =>
    withWorld({}, async (world) => {
      world.apply(kind, name, spec[kind], foreign(false));
      await made(world);
      assert.equal(world.ready("Bucket", "app"), "True");
      const owners = world.object(kind, name).metadata.ownerReferences.map((
        each: Loose,
      ) => [each.kind, each.controller]);
      assert.deepEqual(owners, [["Widget", false], ["Bucket", true]]);
    }));
}

const DENY = {
  statement: [{ effect: "Deny", principal: "*", action: "s3:PutObject", resource: "arn:aws:s3:::app-data/*" }],
};

for (const order of [["Bucket", "BucketPolicy"], ["BucketPolicy", "Bucket"]] as const) {
  const rounds = async (world: World) => {
    for (let count = 0; count < 6; count++) {
      for (const kind of order) {
        for (const { metadata } of world.cluster.list(kind === "Bucket" ? "buckets" : "bucketpolicies")) {
          await world.pass(kind, metadata.name);
        }
      }
    }
  };

  Deno.test(`the policy child gives way to a person's BucketPolicy and comes back, ${order[0]} first`, () =>
    withWorld({}, async (world) => {
      await made(world);
      world.later(1000);
      world.apply("BucketPolicy", "own", { bucketRef: { name: "app" }, policy: DENY });
      await rounds(world);
      await world.settle();
      assert.equal(world.object("BucketPolicy", "app-policy"), undefined);
      assert.equal(world.ready("BucketPolicy", "own"), "True");
      assert.equal(world.ready("Bucket", "app"), "True");
      assert.equal(policy(world).Statement[0].Effect, "Deny");
      world.remove("BucketPolicy", "own");
      await rounds(world);
      await world.settle();
      assert.equal(world.object("BucketPolicy", "own"), undefined);
      assert.equal(world.ready("BucketPolicy", "app-policy"), "True");
      assert.deepEqual(policy(world).Statement[0].Principal, { AWS: arn("app-data") });
      await world.assertAtRest(2);
    }));
}

Deno.test("a BucketPolicy of a namespace without a grant does not displace the child", () =>
  withWorld({}, async (world) => {
    await made(world);
    const bucketRef = { name: "app", namespace: "demo" };
    world.apply("BucketPolicy", "own", { bucketRef, policy: DENY }, {
      namespace: "other",
      creationTimestamp: "2020-01-01T00:00:00Z",
    });
    await world.settle();
    assert.match(world.ready("BucketPolicy", "own", "other"), /^ReferenceNotGranted: /);
    assert.equal(world.ready("BucketPolicy", "app-policy"), "True");
    assert.equal(policy(world).Statement[0].Effect, "Allow");
    await world.assertAtRest(2);
  }));

Deno.test("a policy that no object made is not overwritten by the child: PolicyExists, unless adopted", () =>
  withWorld({}, async (world) => {
    const found = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::app-data/*" }],
    });
    world.aws.seed.bucket("app-data", { policy: found });
    await made(world, {}, { annotations: { "s3.cloud37.dev/adopt": "true" } });
    assert.match(
      world.ready("BucketPolicy", "app-policy"),
      /^PolicyExists: .*kubectl annotate bucketpolicies\.s3\.cloud37\.dev app-policy -n demo s3\.cloud37\.dev\/adopt=true$/,
    );
    assert.match(world.ready("Bucket", "app"), /^PolicyNotReady: .*PolicyExists/);
    assert.deepEqual(world.types("Bucket", "app"), ["Stalled"]);
    assert.equal(world.aws.state.buckets.get("app-data")!.policy, found);
    world.annotate("BucketPolicy", "app-policy", { adopt: "true" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.deepEqual(policy(world).Statement[0].Principal, { AWS: arn("app-data") });
  }));

Deno.test("S3 that does not know the new user yet delays the child's policy, without a stall", () =>
  withWorld({}, async (world) => {
    world.faults.on("s3:PutBucketPolicy", { do: "fail", status: 400, code: "MalformedPolicy" }, { times: 1 });
    world.apply("Bucket", "app", SPEC);
    for (let count = 0; count < 3; count++) await world.round();
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.equal(world.events.filter(({ reason }) => reason === "PolicyFailed").length, 1);
  }));
