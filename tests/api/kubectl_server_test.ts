/** What people see and scripts wait for while the operator works on a real API server. */
import assert from "node:assert/strict";
import { type KindName, kinds } from "../../handlers/kinds.ts";
import { buildCrd } from "../../lib/crd/build.ts";
import type { Loose } from "../scenarios/admin.ts";
import { object } from "../scenarios/objects.ts";
import { Stage } from "../scenarios/stage.ts";
import { type Node, walk } from "../unit/crd/walk.ts";
import { findKubectl } from "./kubectl.ts";
import { startStrictWorld } from "./worlds.ts";

type Kubectl = Awaited<ReturnType<typeof findKubectl>>;

const AGE = ["AGE", /^(\d+m)?\d+s$|^\d+m$/] as const;
const PROVIDER = ["PROVIDER", /^wasabi$/] as const;

/** The columns between REASON and MESSAGE, with what an object in order shows; "wide" ones with `-o wide` alone. */
const TABLES: Readonly<Record<KindName, readonly (readonly [column: string, cell: RegExp, wide?: "wide"])[]>> = {
  Provider: [["ENDPOINT", /^http:\/\/127\.0\.0\.1:\d+$/], ["REGION", /^us-east-1$/], AGE],
  Bucket: [["BUCKET", /-auto$/], PROVIDER, ["CREDENTIALS", /^auto-accesskey-credentials$/, "wide"], AGE],
  BucketPolicy: [["BUCKET", /^auto$/], PROVIDER, AGE],
  User: [["USER", /-auto$/], PROVIDER, AGE],
  IAMPolicy: [["ARN", /^arn:aws:iam::\d{12}:policy\/readers-/], PROVIDER, AGE],
  AccessKey: [
    ["KEY", /^AKIA\w+$/],
    PROVIDER,
    ["ROTATION", /^Settled$/, "wide"],
    ["NEXT-ROTATION", /^\d{4}-\d\d-\d\dT\S+Z$/, "wide"],
    AGE,
  ],
};

/** One of each kind; the Bucket makes the others. */
function oneOfEach(stage: Stage): Loose[] {
  const statement = { effect: "Allow", action: "s3:ListBucket", resource: "*" };
  const named = { name: `readers-${stage.ns}`, namespace: stage.ns };
  return [
    ...stage.providerObjects(),
    stage.bucket("auto", { lifecycle: { rules: [{ id: "old", expiration: { days: 30 } }] } }),
    object("IAMPolicy", named, {
      providerRef: { name: "wasabi" },
      policy: { statement: [statement] },
    }),
  ];
}

/** The cells of each line; columns stand three spaces apart at least, and a message has none of so many. */
function cellsOf(table: string): string[][] {
  return table.trimEnd().split("\n").map((line) => line.split(/ {2,}/).filter(Boolean));
}

async function table(kubectl: Kubectl, kind: KindName, wide: boolean): Promise<void> {
  const { out, err } = await kubectl("get", kinds[kind].plural, ...(wide ? ["-o", "wide"] : []));
  const own = TABLES[kind].filter(([, , only]) => wide || only === undefined);
  const columns = [
    ["NAME", /./],
    ["READY", /^True$/],
    ["REASON", /^Ready$/],
    ...own,
    ...(wide ? [["MESSAGE", /^In sync$/] as const] : []),
  ] as const;
  const [head, row, ...more] = cellsOf(out);
  assert.deepEqual(head, columns.map(([name]) => name), err);
  assert.deepEqual([row?.length, more], [columns.length, []], out);
  for (const [i, [name, cell]] of columns.entries()) assert.match(row?.[i] ?? "", cell, name);
}

/** Paths and descriptions of the fields that `kubectl explain` lists; it folds long lines. */
function explained(text: string): Map<string, string> {
  const fields = text.slice(text.indexOf("\nFIELDS:\n"));
  const found = fields.matchAll(/^ {2}(\S+)\t<.*\n(?: {2}enum: .*\n)?((?: {4}.*\n| *\n)*)/gm);
  return new Map([...found].map(([, name = "", description = ""]) => [name, flat(description)]));
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Asks for everything that has fields, and compares what is said of each with the schema. */
async function explain(kubectl: Kubectl, kind: KindName): Promise<void> {
  const [version] = (buildCrd(kinds[kind]) as Loose).spec.versions;
  for (const { path, node } of walk(version.schema.openAPIV3Schema as Node, kinds[kind].plural)) {
    if (node.properties === undefined) continue;
    const { code, out, err } = await kubectl("explain", path.replaceAll(/\[\]|\{\}/g, ""));
    assert.equal(code, 0, err);
    const said = explained(out);
    for (const [name, { description }] of Object.entries(node.properties)) {
      // apiVersion, kind and metadata are the API server's own.
      const expected = description === undefined ? /./ : new RegExp(`${escaped(flat(description))}$`);
      assert.match(said.get(name) ?? "", expected, `${path}.${name}`);
    }
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

Deno.test("kubectl shows, explains and awaits what the operator does on a real API server", async (test) => {
  const world = await startStrictWorld();
  const folder = await Deno.makeTempDir({ prefix: "kubectl-" });
  try {
    await using stage = new Stage(world);
    const run = await findKubectl({ kubeconfig: world.server.kubeconfig, cache: folder });
    const kubectl: Kubectl = (...args) => run(`--namespace=${stage.ns}`, ...args);
    const succeeds = async (...args: string[]) => {
      const { code, out, err } = await kubectl(...args);
      assert.equal(code, 0, err + out);
      return out;
    };
    const manifest = `${folder}/all.json`;
    await Deno.writeTextFile(manifest, JSON.stringify({ apiVersion: "v1", kind: "List", items: oneOfEach(stage) }));
    await stage.namespace();

    for (const kind of Object.keys(kinds) as KindName[]) {
      await test.step(`explains every field of a ${kind}`, async () => {
        // The API server publishes the schema of a new kind in its own time.
        const isKnown = async () => (await kubectl("explain", kinds[kind].plural)).code === 0;
        await stage.eventually(`the schema of ${kind}`, isKnown);
        await explain(kubectl, kind);
      });
    }
    await succeeds("apply", "-f", manifest);

    await test.step("waits for what nobody has looked at", async () => {
      assert.equal(await succeeds("get", "bucket", "auto", "-o", "jsonpath={.status.observedGeneration}"), "-1");
      const { code } = await kubectl("wait", "bucket/auto", "--for=condition=Ready", "--timeout=0");
      assert.equal(code, 1);
    });
    await test.step("is told when it is Ready", async () => {
      const waiting = succeeds("wait", "bucket/auto", "provider/wasabi", "--for=condition=Ready", "--timeout=60s");
      await stage.operator();
      assert.match(await waiting, /bucket\S+\/auto condition met\n(.*\n)?$/);
    });
    for (const kind of Object.keys(kinds) as KindName[]) {
      const { plural } = kinds[kind];
      await test.step(`waits for all ${plural}, and shows them in tables`, async () => {
        await succeeds("wait", plural, "--all", "--for=condition=Ready", "--timeout=60s");
        await table(kubectl, kind, false);
        await table(kubectl, kind, true);
      });
    }
    const fields = {
      "bucket/auto": [".status.credentialsSecret}=auto-accesskey-credentials", ".status.ownership}=Created"],
      "user/auto-user": [".status.created}=true"],
      "bucketpolicy/auto-policy": [".status.applied}=true"],
      "accesskey/auto-accesskey": [".status.rotation.phase}=Settled"],
      "provider/wasabi": [".status.connected}=true", '.status.conditions[?(@.type=="AuthValid")].status}=True'],
    };
    for (const [name, paths] of Object.entries(fields)) {
      await test.step(`waits for fields of ${name}`, async () => {
        for (const path of paths) await succeeds("wait", name, `--for=jsonpath={${path}`, "--timeout=60s");
      });
    }
    await test.step("finds all kinds by category and by short name", async () => {
      const names = await succeeds("get", "s3", "-o", "name");
      for (const { plural, shortName } of Object.values(kinds)) {
        const singular = plural.replace(/ies$/, "y").replace(/s$/, "");
        assert.match(names, new RegExp(`^${singular}\\.s3\\.cloud37\\.dev/`, "m"));
        assert.match(await succeeds("get", shortName, "-o", "name"), /./);
      }
    });
    await test.step("sees no difference between what was applied and what the operator made of it", async () => {
      assert.equal(await succeeds("diff", "-f", manifest), "");
      assert.equal(await succeeds("diff", "--server-side", "--field-manager=other", "-f", manifest), "");
    });
    const generation = ["get", "bucket", "auto", "-o", "jsonpath={.metadata.generation}"];
    await test.step("may apply what the operator works on from the server's side, without a conflict", async () => {
      const before = await succeeds(...generation);
      await succeeds("apply", "--server-side", "--field-manager=other", "-f", manifest);
      assert.equal(await succeeds(...generation), before);
    });
    await test.step("takes a default inside a list for a change, which is none to the API server", async () => {
      const before = await succeeds(...generation);
      assert.match(await succeeds("apply", "-f", manifest), /bucket\S+\/auto configured/);
      assert.equal(await succeeds(...generation), before);
    });
    await test.step("adds the health checks to Argo CD's ConfigMap, and keeps what it has", async () => {
      await succeeds("create", "configmap", "argocd-cm", "--from-literal=url=https://argocd.example");
      const patch = await Deno.readTextFile(new URL("../../deploy/argocd/argocd-cm.yaml", import.meta.url));
      await succeeds("patch", "configmap", "argocd-cm", "--patch", patch.replace("namespace: argocd", ""));
      const { data } = JSON.parse(await succeeds("get", "configmap", "argocd-cm", "-o", "json"));
      assert.equal(data.url, "https://argocd.example");
      assert.equal(Object.keys(data).length, 1 + Object.keys(kinds).length);
    });
    await test.step("waits for what needs a person, and for what is to go", async () => {
      const user = stage.user("again", { name: stage.name("auto") });
      await stage.applied(user);
      await succeeds("wait", "user/again", "--for=condition=Stalled", "--timeout=60s");
      await succeeds("delete", "user/again", "bucket/auto", "--wait=false");
      await succeeds("wait", "user/again", "bucket/auto", "user/auto-user", "--for=delete", "--timeout=60s");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
    await world.close();
  }
});
