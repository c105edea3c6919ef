import assert from "node:assert/strict";
import { withWorld } from "./world.ts";

const statement = (sid: string) => [{
  sid,
  effect: "Deny",
  principal: "*",
  action: "s3:DeleteObject",
  resource: "arn:aws:s3:::app-data/*",
}];

Deno.test("the policy of a namespace whose grant is withdrawn makes room for that of the bucket's own namespace", () =>
  withWorld({}, async (world) => {
    const spec = { providerRef: { name: "wasabi" }, name: "app-data" };
    world.apply("Bucket", "app", { ...spec, allowedNamespaces: ["team"] });
    world.apply("BucketPolicy", "theirs", {
      bucketRef: { name: "app", namespace: "demo" },
      policy: { statement: statement("Theirs") },
    }, { namespace: "team" });
    await world.settle();
    assert.equal(world.ready("BucketPolicy", "theirs", "team"), "True");
    assert.equal(world.object("BucketPolicy", "app-policy"), undefined);
    const policy = () => String(world.aws.state.buckets.get("app-data")?.policy);
    assert.match(policy(), /Theirs/);

    world.edit("Bucket", "app", { spec: { allowedNamespaces: [] } });
    await world.settle();
    assert.match(world.ready("BucketPolicy", "theirs", "team"), /^ReferenceNotGranted/);
    assert.equal(world.ready("BucketPolicy", "app-policy"), "True");
    assert.match(policy(), /appdataAccess/);

    world.remove("BucketPolicy", "theirs", "team");
    await world.settle();
    assert.equal(world.object("BucketPolicy", "theirs", "team"), undefined);
    assert.match(policy(), /appdataAccess/);
    assert.equal(world.ready("Bucket", "app"), "True");
  }));

Deno.test("a Bucket whose userRef is taken away gives its access key to the user of its own", () =>
  withWorld({}, async (world) => {
    const spec = { providerRef: { name: "wasabi" }, name: "app-data" };
    world.apply("User", "given", { providerRef: { name: "wasabi" }, name: "given" });
    world.apply("Bucket", "app", { ...spec, userRef: { name: "given" }, autoManage: { enabled: true } });
    await world.settle();
    assert.equal(world.object("AccessKey", "app-accesskey").status.userName, "given");
    world.edit("Bucket", "app", { spec: { userRef: null } });
    await world.settle();
    world.later(120_000);
    await world.settle();
    assert.equal(world.ready("Bucket", "app"), "True");
    assert.deepEqual(world.object("AccessKey", "app-accesskey").status.userName, "app-data");
    assert.equal(world.aws.state.users.get("given")?.keys.length, 0);
    assert.equal(world.aws.state.users.get("app-data")?.keys.length, 1);
  }));

for (const given of ["the status records all", "the statuses are of 0.2.x"]) {
  Deno.test(`a tenant gets out of a namespace whose grant was withdrawn, also after a restart: ${given}`, () =>
    withWorld({}, async (world) => {
      world.edit("Provider", "wasabi", { spec: { allowedNamespaces: ["team"] } });
      await world.settle();
      const spec = { providerRef: { name: "wasabi", namespace: "demo" }, name: "app-data", deletionPolicy: "Delete" };
      world.apply("Bucket", "app", spec, { namespace: "team" });
      await world.settle();
      assert.equal(world.ready("Bucket", "app", "team"), "True");
      if (given !== "the status records all") {
        const forgotten = { provider: null, ownership: null, userName: null, bucketName: null };
        for (const [kind, name] of [["Bucket", "app"], ["User", "app-user"], ["AccessKey", "app-accesskey"]] as const) {
          world.edit(kind, name, { metadata: { annotations: null }, status: forgotten }, "team");
        }
      }
      world.edit("Provider", "wasabi", { spec: { allowedNamespaces: [] } });
      world.restart();
      world.remove("Bucket", "app", "team");
      await world.settle();
      assert.equal(world.object("Bucket", "app", "team"), undefined, world.ready("Bucket", "app", "team"));
      assert.deepEqual([world.aws.state.buckets.size, world.aws.state.users.size], [0, 0]);
    }));
}
