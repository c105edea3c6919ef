import assert from "node:assert/strict";
import type { Loose } from "../../loose.ts";
import { withWorld, type World } from "./world.ts";

const SPEC = { providerRef: { name: "wasabi" }, name: "app-data" };
const NAMES = [["User", "app-user"], ["AccessKey", "app-accesskey"], ["BucketPolicy", "app-policy"]] as const;

async function made(world: World, spec: Loose = {}, meta: Loose = {}): Promise<void> {
  world.apply("Bucket", "app", { ...SPEC, ...spec }, meta);
  await world.settle();
}

const policy = (world: World) => JSON.parse(world.aws.state.buckets.get("app-data")!.policy ?? "null");

Deno.test("a deletion takes AccessKey and BucketPolicy first, then the User, then the bucket, and leaves nothing", () =>
  withWorld({}, async (world) => {
    await made(world, { deletionPolicy: "Delete" });
    world.forget();
    world.remove("Bucket", "app");
    await world.settle();
    assert.deepEqual(
      ["Bucket", ...NAMES.map(([kind]) => kind)].filter((kind) => world.cluster.list(`${kind}s`.toLowerCase()).length),
      [],
    );
    const order = world.changes();
    const at = (name: string) => order.indexOf(name);
    assert.ok(at("iam:DeleteAccessKey") < at("iam:DeleteUser"), order.join());
    assert.ok(at("s3:DeleteBucketPolicy") < at("iam:DeleteUser"), order.join());
    assert.ok(at("iam:DeleteUser") < at("s3:DeleteBucket"), order.join());
    assert.deepEqual([world.aws.state.users.size, world.aws.state.buckets.size], [0, 0]);
    assert.equal(world.cluster.list("secrets").length, 1);
  }));

Deno.test("Retain takes user, key and policy along and keeps the bucket", () =>
  withWorld({}, async (world) => {
    await made(world);
    world.remove("Bucket", "app");
    await world.settle();
    assert.equal(world.object("Bucket", "app"), undefined);
    assert.deepEqual([world.aws.state.users.size, world.aws.state.buckets.size], [0, 1]);
    assert.equal(policy(world), null);
  }));

Deno.test("the bucket stays as long as a child cannot be deleted", () =>
  withWorld({}, async (world) => {
    await made(world, { deletionPolicy: "Delete" });
    world.faults.on("iam:DeleteUser", { do: "fail", status: 403, code: "AccessDenied" });
    world.remove("Bucket", "app");
    for (let count = 0; count < 5; count++) await world.round();
    assert.match(world.ready("Bucket", "app"), /^DeletionBlocked: Waiting for User app-user to be gone/);
    assert.match(world.ready("User", "app-user"), /^DeletionBlocked: DeleteUser: /);
    assert.ok(world.aws.state.buckets.has("app-data"));
    world.faults.clear();
    await world.settle();
    assert.equal(world.aws.state.buckets.size, 0);
  }));

Deno.test("a child that a person deleted comes back", () =>
  withWorld({}, async (world) => {
    await made(world);
    for (const [kind, name] of NAMES.slice(1)) {
      world.remove(kind, name);
      await world.settle();
      assert.equal(world.ready(kind, name), "True");
    }
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

Deno.test("deletion finishes although the grant of the userRef was withdrawn", () =>
  withWorld({}, async (world) => {
    world.apply("User", "person", { providerRef: { name: "wasabi" }, name: "person", allowedNamespaces: ["team"] });
    world.edit("Provider", "wasabi", { spec: { allowedNamespaces: ["team"] } });
    const spec = {
      ...SPEC,
      providerRef: { name: "wasabi", namespace: "demo" },
      userRef: { name: "person", namespace: "demo" },
    };
    world.apply("Bucket", "app", spec, { namespace: "team" });
    await world.settle();
    assert.equal(world.ready("Bucket", "app", "team"), "True");
    world.edit("User", "person", { spec: { allowedNamespaces: null } });
    await world.settle();
    assert.match(world.ready("Bucket", "app", "team"), /^ReferenceNotGranted: spec\.userRef/);
    world.remove("Bucket", "app", "team");
    await world.settle();
    assert.equal(world.object("Bucket", "app", "team"), undefined);
  }));
