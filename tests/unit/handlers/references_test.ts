import assert from "node:assert/strict";
import { type KindName, kinds } from "../../../handlers/kinds.ts";
import { authorizeReference, leadsTo, resolve } from "../../../handlers/references.ts";
import { StalledError } from "../../../lib/errors.ts";
import type { Loose } from "../../loose.ts";
import { PREFIX, withWorld, type World } from "./world.ts";

/** Paths of all fields of the schemas that refer to something by name and namespace. */
function referenceFields(schema: Loose, path: string): string[] {
  const { properties = {}, items } = schema;
  const own = properties.name && properties.namespace ? [path] : [];
  return [
    ...own,
    ...Object.entries(properties).flatMap(([name, each]) => referenceFields(each, `${path}.${name}`)),
    ...(items ? referenceFields(items, `${path}[]`) : []),
  ];
}

const FIELDS = Object.entries(kinds).flatMap(([kind, { spec }]) =>
  referenceFields(spec, "spec").map((field) => [kind as KindName, field] as const)
);

const WASABI = { name: "wasabi", namespace: "demo" };
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::app-data/*" };

/** What must be there for each field, in namespace `demo`, and the object of namespace `team` that refers to it. */
const CASES: Record<string, { kind: KindName; spec: Loose; target: KindName | "Secret"; name: string; field: string }> =
  {
    "Bucket spec.providerRef": {
      kind: "Bucket",
      spec: { providerRef: WASABI, name: "team-data", autoManage: { enabled: false } },
      target: "Provider",
      name: "wasabi",
      field: "spec.providerRef",
    },
    "Bucket spec.userRef": {
      kind: "Bucket",
      spec: { providerRef: WASABI, name: "team-data", userRef: { name: "u", namespace: "demo" } },
      target: "User",
      name: "u",
      field: "spec.userRef",
    },
    "IAMPolicy spec.providerRef": {
      kind: "IAMPolicy",
      spec: { providerRef: WASABI, policy: { statement: [STATEMENT] } },
      target: "Provider",
      name: "wasabi",
      field: "spec.providerRef",
    },
    "User spec.providerRef": {
      kind: "User",
      spec: { providerRef: WASABI, name: "team-user" },
      target: "Provider",
      name: "wasabi",
      field: "spec.providerRef",
    },
    "User spec.policyRef": {
      kind: "User",
      spec: { providerRef: WASABI, name: "team-user", policyRef: { name: "p", namespace: "demo" } },
      target: "IAMPolicy",
      name: "p",
      field: "spec.policyRef",
    },
    "AccessKey spec.providerRef": {
      kind: "AccessKey",
      spec: { providerRef: WASABI, userRef: { name: "u", namespace: "demo" } },
      target: "Provider",
      name: "wasabi",
      field: "spec.providerRef",
    },
    "AccessKey spec.userRef": {
      kind: "AccessKey",
      spec: { providerRef: WASABI, userRef: { name: "u", namespace: "demo" } },
      target: "User",
      name: "u",
      field: "spec.userRef",
    },
    "BucketPolicy spec.bucketRef": {
      kind: "BucketPolicy",
      spec: {
        bucketRef: { name: "app", namespace: "demo" },
        policy: { statement: [{ ...STATEMENT, principal: "*" }] },
      },
      target: "Bucket",
      name: "app",
      field: "spec.bucketRef",
    },
  };
for (
  const [name, key] of [["accessKey", "access-key"], ["secretKey", "secret-key"], ["sessionToken", "session-token"]]
) {
  const ref = { name: "root", namespace: "demo" };
  const own = { name: "own" };
  CASES[`Provider spec.auth.${name}SecretRef`] = {
    kind: "Provider",
    spec: {
      region: "us-east-1",
      auth: { accessKeySecretRef: own, secretKeySecretRef: own, [`${name}SecretRef`]: { ...ref, key } },
    },
    target: "Secret",
    name: "root",
    field: `spec.auth.${name}SecretRef`,
  };
}
CASES["Provider spec.tls.caCertSecretRef"] = {
  kind: "Provider",
  spec: {
    region: "us-east-1",
    auth: { accessKeySecretRef: { name: "own" }, secretKeySecretRef: { name: "own" } },
    tls: { caCertSecretRef: { name: "root", namespace: "demo" } },
  },
  target: "Secret",
  name: "root",
  field: "spec.tls.caCertSecretRef",
};

Deno.test("every field of the schemas that has a namespace is in the table below", () => {
  assert.deepEqual(Object.keys(CASES).sort(), FIELDS.map(([kind, field]) => `${kind} ${field}`).sort());
  assert.equal(FIELDS.length, 12);
});

/** Targets in `demo`, all granted to `team`. */
async function stage(world: World): Promise<void> {
  const allowedNamespaces = ["elsewhere", "team"];
  world.edit("Provider", "wasabi", { spec: { allowedNamespaces } });
  const { accessKeyId, secretAccessKey } = world.aws.credentials;
  const values = { "access-key": accessKeyId, "secret-key": secretAccessKey };
  const grant = { [`${PREFIX}allowed-namespaces`]: "elsewhere, team" };
  world.secret("root", { ...values, "session-token": "t", "ca.crt": "PEM" }, { annotations: grant });
  world.secret("own", values, { namespace: "team" });
  const providerRef = { name: "wasabi" };
  world.apply("User", "u", { providerRef, name: "u", allowedNamespaces });
  world.apply("IAMPolicy", "p", { providerRef, policy: { statement: [STATEMENT] }, allowedNamespaces });
  world.apply("Bucket", "app", { providerRef, name: "app-data", autoManage: { enabled: false }, allowedNamespaces });
  await world.settle();
}

function withdraw(world: World, target: KindName | "Secret", name: string): void {
  if (target === "Secret") {
    world.cluster.edit("secrets", { namespace: "demo", name }, {
      metadata: { annotations: { [`${PREFIX}allowed-namespaces`]: "elsewhere" } },
    });
  } else world.edit(target, name, { spec: { allowedNamespaces: ["elsewhere"] } });
}

for (const [title, { kind, spec, target, name, field }] of Object.entries(CASES)) {
  const complete = (world: World) => kind === "Provider" ? { endpoint: world.aws.url, ...spec } : spec;

  Deno.test(`${title}: without a grant it is refused before any call, naming field, target and remedy`, () =>
    withWorld({}, async (world) => {
      await stage(world);
      withdraw(world, target, name);
      await world.settle();
      world.forget();
      world.apply(kind, "x", complete(world), { namespace: "team" });
      await world.pass(kind, "x", "team");
      const said = world.ready(kind, "x", "team");
      assert.ok(said.startsWith(`ReferenceNotGranted: ${field} refers to ${target} demo/${name}`), said);
      assert.match(said, /does not allow namespace "team": (add "team" to its spec|annotate it with)/);
      assert.deepEqual(world.changes(), []);
    }));

  Deno.test(`${title}: a grant that is withdrawn is honoured, and deletion finishes all the same`, () =>
    withWorld({}, async (world) => {
      await stage(world);
      world.apply(kind, "x", complete(world), { namespace: "team" });
      await world.pass(kind, "x", "team");
      assert.doesNotMatch(world.ready(kind, "x", "team"), /^ReferenceNotGranted/);
      withdraw(world, target, name);
      await world.pass(kind, "x", "team");
      assert.match(world.ready(kind, "x", "team"), /^ReferenceNotGranted/);
      world.remove(kind, "x", "team");
      for (let count = 0; count < 5; count++) await world.round();
      assert.equal(world.object(kind, "x", "team"), undefined);
    }));

  Deno.test(`${title}: REFERENCES=all lifts it`, () =>
    withWorld({ settings: { references: "all" } }, async (world) => {
      await stage(world);
      withdraw(world, target, name);
      world.apply(kind, "x", complete(world), { namespace: "team" });
      await world.pass(kind, "x", "team");
      assert.doesNotMatch(world.ready(kind, "x", "team"), /^ReferenceNotGranted/);
    }));
}

Deno.test("a Secret that is not there and one that is not granted read the same from another namespace", () =>
  withWorld({}, async (world) => {
    await stage(world);
    withdraw(world, "Secret", "root");
    const { spec } = CASES["Provider spec.auth.accessKeySecretRef"]!;
    world.apply("Provider", "x", { endpoint: world.aws.url, ...spec }, { namespace: "team" });
    await world.pass("Provider", "x", "team");
    const refused = world.ready("Provider", "x", "team");
    world.cluster.erase("secrets", { namespace: "demo", name: "root" });
    await world.pass("Provider", "x", "team");
    assert.equal(world.ready("Provider", "x", "team"), refused);
  }));

Deno.test("a User of another account's Provider opens no user of the same name", () =>
  withWorld({}, async (world) => {
    await stage(world);
    world.aws.seed.user("victim");
    const status = {
      accountId: "999999999999",
      observedGeneration: 1,
      conditions: [{ type: "Ready", status: "True" }],
    };
    world.provider({ iamEndpoint: "http://elsewhere.invalid" }, { namespace: "team", name: "mine" });
    world.edit("Provider", "mine", { status }, "team");
    world.apply("User", "v", { providerRef: { name: "mine" }, name: "victim" }, { namespace: "team" }, {
      status: { ...status, created: true },
    });
    world.apply("AccessKey", "x", { providerRef: WASABI, userRef: { name: "v" } }, { namespace: "team" });
    await world.pass("AccessKey", "x", "team");
    assert.match(world.ready("AccessKey", "x", "team"), /^UserNotReady: User team\/v is not of the account/);
    assert.equal(world.aws.state.users.get("victim")!.keys.length, 0);
  }));

/** Grants, as docs/multi-tenancy.md has them. */
const GRANTS: Record<string, { from: string; target: Loose; references?: "all"; refused?: true }> = {
  "the own namespace needs none": { from: "demo", target: {} },
  "a name that is listed": { from: "team", target: { spec: { allowedNamespaces: ["team"] } } },
  "a star": { from: "team", target: { spec: { allowedNamespaces: ["*"] } } },
  "another name": { from: "team", target: { spec: { allowedNamespaces: ["tea", "team2"] } }, refused: true },
  "an empty list": { from: "team", target: { spec: { allowedNamespaces: [] } }, refused: true },
  "no list": { from: "team", target: { spec: {} }, refused: true },
  "no list, REFERENCES=all": { from: "team", target: { spec: {} }, references: "all" },
  "a Secret's annotation": { from: "team", target: { kind: "Secret", list: "a, team" } },
  "a Secret's annotation with a star": { from: "team", target: { kind: "Secret", list: "*" } },
  "a Secret without annotation": { from: "team", target: { kind: "Secret" }, refused: true },
  "a Secret with an empty annotation": { from: "", target: { kind: "Secret", list: "x" }, refused: true },
  "a spec on a Secret": { from: "team", target: { kind: "Secret", spec: { allowedNamespaces: ["*"] } }, refused: true },
};
for (
  const [name, { from, target: { list, ...rest }, references = "granted", refused = false }] of Object.entries(GRANTS)
) {
  Deno.test(`authorizeReference() ${refused ? "refuses" : "accepts"}: ${name}`, () => {
    const annotations = list === undefined ? {} : { [`${PREFIX}allowed-namespaces`]: list };
    const target = {
      apiVersion: "v1",
      kind: "Provider",
      metadata: { namespace: "demo", name: "x", annotations },
      ...rest,
    };
    const ask = () => authorizeReference(target as Loose, { from, field: "spec.x", references });
    if (refused) assert.throws(ask, (error) => error instanceof StalledError && error.reason === "ReferenceNotGranted");
    else assert.doesNotThrow(ask);
  });
}

Deno.test("a reference with an empty namespace stays in the referrer's", () => {
  assert.deepEqual(resolve({ name: "wasabi", namespace: "" }, "team-a"), { name: "wasabi", namespace: "team-a" });
  assert.ok(leadsTo({ name: "wasabi", namespace: "" }, { from: "a", to: { name: "wasabi", namespace: "a" } }));
});
