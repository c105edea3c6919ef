import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CHART } from "./helm.ts";
import { RELEASE, type Values } from "./render.ts";
import { Site } from "./site.ts";
import { survivors } from "./survivors.ts";

const FORMER = fileURLToPath(new URL("./fixtures/former", import.meta.url));
const RECORDED = fileURLToPath(new URL("../scenarios/fixtures/cluster-0.2.x.yaml", import.meta.url));
/** What makes an object another one, or another pod's owner. */
const DEPLOYMENT = ["-n", RELEASE, "get", "deployment", RELEASE, "-o", "jsonpath={.metadata.uid} {.spec.selector}"];

/** Helm 3, and Helm 4 where it is told to, leaves it to the client to apply; else the server keeps who set what. */
const installations: Readonly<Record<string, { readonly values: Values; readonly flags: readonly string[] }>> = {
  "with its defaults, which Helm 4 installed": { values: {}, flags: [] },
  "with its values written out, as Helm 3 installed it": {
    flags: ["--server-side=false"],
    values: {
      image: { repository: "kenchrcum/wasabi-s3-operator", pullPolicy: "Always" },
      operator: { watchScope: "namespaced", logLevel: "DEBUG", metricsPort: 9090 },
      rbac: { create: true, preset: "minimal" },
      securityContext: { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 },
      tracing: { enabled: true, endpoint: "http://localhost:4317" },
    },
  },
};

for (const [fact, { values, flags }] of Object.entries(installations)) {
  Deno.test(`an upgrade in place of a release of 0.2.x ${fact} deletes nothing`, async (test) => {
    await using site = await Site.start();
    const installed = await site.upgrade(FORMER, values, flags);
    assert.equal(installed.code, 0, installed.err);
    await site.get("create", "namespace", "demo");
    await site.get("create", "-f", RECORDED);
    const [before, deployment] = [await survivors(site), await site.get(...DEPLOYMENT)];
    assert.match(before, /Bucket\/demo\/auto /);

    await test.step("an upgrade that would lose CRDs or defaults is refused", async () => {
      const withoutCrds = await site.upgrade(CHART, { crds: { enabled: false } }, ["--reset-then-reuse-values"]);
      assert.match(withoutCrds.err, /would delete the CRDs .*: upgrade once with crds\.enabled=true first/);
      const withoutDefaults = await site.upgrade(CHART, {}, ["--reuse-values"]);
      assert.match(withoutDefaults.err, /give --reset-then-reuse-values instead of --reuse-values/);
      assert.equal(await survivors(site), before);
    });
    await test.step("the upgrade keeps CRDs, objects, Secrets and the Deployment", async () => {
      const { code, out, err } = await site.upgrade(CHART, {}, ["--reset-then-reuse-values"]);
      assert.equal(code, 0, err);
      // A scope that 0.2.x read nowhere would leave these objects to nobody.
      const warning = /WARNING: operator\.watchScope=namespaced is honoured now[^]* does not finish: demo\.\n/;
      if (values.operator) assert.match(out, warning);
      else assert.doesNotMatch(out, /WARNING/);
      assert.equal(await survivors(site), before);
      assert.equal(await site.get(...DEPLOYMENT), deployment);
    });
    await test.step("a pod of 0.2.x that still runs is told to end before the new one begins, and never again", async () => {
      const strategy = [
        "-n",
        RELEASE,
        "get",
        "deployment",
        RELEASE,
        "-o",
        "jsonpath={.spec.strategy.rollingUpdate.maxSurge}",
      ];
      assert.equal(await site.get(...strategy), "0");
      const { code, err } = await site.upgrade(CHART, {}, ["--reset-then-reuse-values"]);
      assert.equal(code, 0, err);
      assert.equal(await site.get(...strategy), "1");
      assert.equal(await survivors(site), before);
    });
    await test.step("the schemas are the new ones", async () => {
      assert.match(await site.get("explain", "buckets.spec.deletionPolicy"), /Retain/);
    });
    await test.step("the pod is the new one, with the old values", async () => {
      const { spec } = JSON.parse(await site.get("-n", RELEASE, "get", "deployment", RELEASE, "-o", "json"));
      assert.equal(spec.replicas, 1);
      const pod = spec.template.spec;
      const [{ env, image, securityContext }] = pod.containers;
      const scope = env.find(({ name }: { name: string }) => name === "WATCH_SCOPE").value;
      assert.equal(scope, values.operator ? "namespaced" : "cluster");
      assert.match(image, values.image ? /^kenchrcum\/.*:1\.0\.0$/ : /^ghcr\.io\/.*:1\.0\.0$/);
      assert.equal(pod.securityContext.runAsUser, values.securityContext ? 1000 : 65532);
      assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
      assert.equal(securityContext.allowPrivilegeEscalation, false);
    });
    await test.step("from then on an uninstall keeps CRDs and objects", async () => {
      const { code, err } = await site.uninstall();
      assert.equal(code, 0, err);
      assert.equal(await survivors(site), before);
    });
  });
}

Deno.test("a release of 0.2.x becomes a single pod without the lease", async () => {
  await using site = await Site.start();
  const strategy = ["-n", RELEASE, "get", "deployment", RELEASE, "-o", "jsonpath={.spec.strategy}"];
  const upgrade = async (chart: string) => {
    const { code, err } = await site.upgrade(chart, { operator: { leaderElect: false } });
    assert.equal(code, 0, err);
    return await site.get(...strategy);
  };
  const installed = await site.upgrade(FORMER);
  assert.equal(installed.code, 0, installed.err);
  assert.match(await upgrade(CHART), /"maxSurge":0.*"type":"RollingUpdate"/);
  assert.equal(await upgrade(CHART), '{"type":"Recreate"}');
});
