import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CHART, type Outcome } from "./helm.ts";
import { RELEASE, type Values } from "./render.ts";
import { Site } from "./site.ts";
import { survivors } from "./survivors.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const INSTALL = fileURLToPath(new URL("../../deploy/install.yaml", import.meta.url));

async function succeeds(outcome: Promise<Outcome>): Promise<string> {
  const { code, out, err } = await outcome;
  assert.equal(code, 0, err);
  return out;
}

Deno.test("a release is installed, upgraded, uninstalled and installed again", async (test) => {
  await using site = await Site.start();
  await test.step("install says what comes next", async () => {
    assert.match(await succeeds(site.upgrade(CHART)), /watches all namespaces[^]*rollout status deployment\/wasabi-s3/);
  });
  await site.get("apply", "-f", EXAMPLES);
  const before = await survivors(site);
  assert.match(before, /Bucket\/default\/auto/);

  await test.step("upgrade changes what the values change", async () => {
    await succeeds(site.upgrade(CHART, { replicaCount: 2, podDisruptionBudget: { enabled: true } }));
    assert.equal(await site.get("-n", RELEASE, "get", "deployment", RELEASE, "-o", "jsonpath={.spec.replicas}"), "2");
    assert.match(await site.get("-n", RELEASE, "get", "poddisruptionbudgets", "-o", "name"), /wasabi-s3-operator/);
    assert.equal(await survivors(site), before);
  });
  await test.step("an upgrade ends the pods of no lease, or of another one, before new ones begin", async () => {
    const upgraded = async (operator: Values) => {
      await succeeds(site.upgrade(CHART, { operator }));
      return await site.get("-n", RELEASE, "get", "deployment", RELEASE, "-o", "jsonpath={.spec.strategy.type}");
    };
    assert.equal(await upgraded({ leaderElect: false }), "Recreate");
    assert.equal(await upgraded({ leaderElect: true }), "Recreate");
    assert.equal(await upgraded({ leaderElect: true }), "RollingUpdate");
    assert.equal(await upgraded({ watchLabelSelector: "!shard" }), "Recreate");
    assert.equal(await upgraded({ watchLabelSelector: "!shard" }), "RollingUpdate");
    assert.equal(await upgraded({}), "Recreate");
    assert.equal(await upgraded({}), "RollingUpdate");
  });
  await test.step("an upgrade without the CRDs leaves them", async () => {
    await succeeds(site.upgrade(CHART, { crds: { enabled: false } }));
    assert.equal(await survivors(site), before);
  });
  await test.step("uninstall takes all away but CRDs and objects", async () => {
    await succeeds(site.uninstall());
    assert.equal(await survivors(site), before);
    assert.equal(await site.get("-n", RELEASE, "get", "deployments,services,roles,rolebindings", "-o", "name"), "");
    assert.doesNotMatch(await site.get("get", "clusterroles,clusterrolebindings", "-o", "name"), /wasabi/);
  });
  await test.step("install again finds them as they were", async () => {
    await succeeds(site.upgrade(CHART));
    assert.equal(await survivors(site), before);
  });
});

Deno.test("a release takes over what deploy/install.yaml installed, with --take-ownership", async () => {
  await using site = await Site.start();
  await site.get("apply", "--server-side", "-f", INSTALL);
  await site.get("apply", "-f", EXAMPLES);
  const before = await survivors(site);
  assert.match((await site.upgrade(CHART)).err, /invalid ownership metadata/);
  // kubectl owns how the Deployment rolls, which cannot stay beside Recreate: it becomes Helm's first.
  const single = { operator: { leaderElect: false } };
  await succeeds(site.upgrade(CHART, single, ["--take-ownership", "--force-conflicts"]));
  const strategy = ["-n", RELEASE, "get", "deployment", RELEASE, "-o", "jsonpath={.spec.strategy}"];
  assert.match(await site.get(...strategy), /"maxSurge":0.*"type":"RollingUpdate"/);
  await succeeds(site.upgrade(CHART, single, ["--force-conflicts"]));
  assert.equal(await site.get(...strategy), '{"type":"Recreate"}');
  await succeeds(site.upgrade(CHART));
  assert.equal(await survivors(site), before);
  await succeeds(site.uninstall());
  assert.equal(await survivors(site), before);
});

Deno.test("what docs/upgrade.md says is not simply changed is refused, or done in the way that it says", async (test) => {
  await using site = await Site.start();
  await succeeds(site.upgrade(CHART));
  await test.step("another release, or one in another namespace, does not get the CRDs", async () => {
    for (const [name, namespace] of [["other", RELEASE], [RELEASE, "other"]] as const) {
      const args = ["upgrade", "--install", name, CHART, "--namespace", namespace, "--create-namespace"];
      assert.match((await site.helm(args)).err, /CustomResourceDefinition .* invalid ownership metadata/);
    }
  });
  await test.step("another selector for the same Deployment", async () => {
    assert.match((await site.upgrade(CHART, { nameOverride: "operator" })).err, /selector.*field is immutable/);
  });
});
