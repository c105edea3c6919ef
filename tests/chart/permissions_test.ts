import assert from "node:assert/strict";
import { startAwsSandbox } from "../sandbox/aws/mod.ts";
import { readExamples } from "../sandbox/demo/examples.ts";
import { startOperator } from "../scenarios/operator.ts";
import { CHART } from "./helm.ts";
import { podFlags } from "./pod.ts";
import { only, RELEASE, render, type Values } from "./render.ts";
import { Site } from "./site.ts";

const KINDS = "providers,buckets,bucketpolicies,users,iampolicies,accesskeys";
const USER = `system:serviceaccount:${RELEASE}:${RELEASE}`;

/** What the operator works with, and what it may not do. */
const installations: Readonly<Record<string, { readonly values: Values; readonly forbidden: readonly string[] }>> = {
  "Roles of preset minimal in a watched namespace": {
    values: { operator: { watchScope: "namespaced", watchNamespaces: ["team-a"] } },
    forbidden: [
      "list secrets -n team-a",
      "watch secrets -n team-a",
      "get secrets -n default",
      "list buckets.s3.cloud37.dev -n default",
      "get pods -n team-a",
      "update leases.coordination.k8s.io/other -n wasabi-s3-operator",
      "create leases.coordination.k8s.io -n team-a",
    ],
  },
  "the ClusterRole of preset scoped": {
    values: { rbac: { preset: "scoped" } },
    forbidden: ["list secrets -n team-a", "watch secrets -A", "list namespaces", "create roles -n team-a"],
  },
};

for (const [fact, { values, forbidden }] of Object.entries(installations)) {
  Deno.test(`the operator makes and deletes everything with ${fact}, and may no more`, async (test) => {
    await using site = await Site.start();
    const sandbox = await startAwsSandbox();
    await site.get("create", "namespace", "team-a");
    const { code, err } = await site.upgrade(CHART, values);
    assert.equal(code, 0, err);
    const operator = await startOperator(await podFlags(site, only(await render(values), "Deployment")));
    try {
      const { objects } = await readExamples({ ...sandbox.credentials, endpoint: sandbox.url });
      for (const { metadata } of objects) metadata.namespace = "team-a";
      const input = objects.map((each) => JSON.stringify(each)).join("\n---\n");
      const act = async (...args: string[]) => {
        const outcome = await site.kubectl([...args, "-f", "-", "--request-timeout=60s"], { input });
        assert.equal(outcome.code, 0, `${outcome.err}\n${operator.log().join("\n")}`);
      };
      await test.step("it makes what the examples ask for", async () => {
        await act("apply");
        await site.get("-n", "team-a", "wait", "--for=condition=Ready", "--all", "--timeout=60s", KINDS);
      });
      await test.step("it writes Events", async () => {
        assert.match(await site.get("-n", "team-a", "get", "events", "-o", "jsonpath={..reason}"), /BucketCreated/);
      });
      await test.step("it deletes all of it", async () => {
        await act("delete", "--timeout=60s");
      });
      await test.step("nothing was forbidden to it but to look elsewhere", () => {
        const lines = operator.log().filter((line) => /forbidden/i.test(line) && !/Not looked at outside/.test(line));
        assert.deepEqual(lines, []);
      });
    } finally {
      await operator.stop();
      await sandbox.close();
    }
    for (const action of forbidden) {
      await test.step(`it may not ${action}`, async () => {
        const { out } = await site.kubectl(["auth", "can-i", `--as=${USER}`, ...action.split(" ")]);
        assert.match(out, /^no/);
      });
    }
  });
}

Deno.test("people get the operator's kinds with the roles that they have in a namespace", async (test) => {
  await using site = await Site.start();
  const { code, err } = await site.upgrade(CHART);
  assert.equal(code, 0, err);
  const allowed: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
    view: { "get buckets": true, "create buckets": false, "update providers": false },
    edit: { "create buckets": true, "delete users": true, "update providers": false, "update buckets/status": false },
    admin: { "update providers": true, "create providers": true, "update buckets/status": false },
  };
  for (const [role, actions] of Object.entries(allowed)) {
    await site.get("create", "rolebinding", role, `--clusterrole=${RELEASE}-${role}`, `--user=${role}`);
    for (const [action, may] of Object.entries(actions)) {
      await test.step(`${role} ${may ? "may" : "may not"} ${action}`, async () => {
        const [verb = "", resource = ""] = action.split(" ");
        const { out } = await site.kubectl(["auth", "can-i", `--as=${role}`, verb, ...subresource(resource)]);
        assert.match(out, may ? /^yes/ : /^no/);
      });
    }
  }
});

function subresource(resource: string): string[] {
  const [plural, name] = resource.split("/");
  return [`${plural}.s3.cloud37.dev`, ...(name ? [`--subresource=${name}`] : [])];
}
