import assert from "node:assert/strict";
import { type KindName, kinds } from "../../../handlers/kinds.ts";
import type { Loose } from "../../loose.ts";
import { type Node, walk } from "../crd/walk.ts";
import { withWorld, type World } from "./world.ts";

// Tenant `b` attacks what tenant `a` has at the one account of Provider `platform/wasabi`, which both may use. Each field of
// the schemas that refers to something is aimed at each thing of `a`; a new field joins by itself, or fails the first test.

/** What a field refers to, by the end of its name. */
const TARGETS: Readonly<Record<string, KindName | "Secret">> = {
  providerRef: "Provider",
  bucketRef: "Bucket",
  userRef: "User",
  policyRef: "IAMPolicy",
  SecretRef: "Secret",
};

/** Every field of a spec that has a name and may have a namespace, such as `Bucket spec.userRef`. */
const FIELDS = (Object.keys(kinds) as KindName[]).flatMap((kind) =>
  [...walk(kinds[kind].spec as Node, "")]
    .filter(({ path, node }) => /Ref$/.test(path) || (node.properties?.["name"] && node.properties["namespace"]))
    .map(({ path }) => ({ kind, path: path.slice(1) }))
);

/** What `a` has; the names at the service are its objects' own. */
const OBJECTS: Readonly<Record<KindName | "Secret", string>> = {
  Provider: "own",
  Bucket: "a-data",
  User: "a-user",
  IAMPolicy: "a-policy",
  AccessKey: "a-key",
  BucketPolicy: "a-bucket-policy",
  Secret: "a-key-credentials",
};

const SHARED = { name: "wasabi", namespace: "platform" };
const STATEMENT = { effect: "Allow", action: "s3:*", resource: "*" };
const AUTH = { accessKeySecretRef: { name: "none", key: "x" }, secretKeySecretRef: { name: "none", key: "x" } };

/** The least spec of each kind, with names that are free. */
const LEAST: Readonly<Record<KindName, Loose>> = {
  Provider: { endpoint: "https://s3.invalid", region: "us-east-1", auth: AUTH },
  Bucket: { providerRef: SHARED, name: "b-data", deletionPolicy: "Delete" },
  User: { providerRef: SHARED, name: "b-user" },
  IAMPolicy: { providerRef: SHARED, policy: { statement: [STATEMENT] } },
  AccessKey: { providerRef: SHARED, userRef: { name: "b-user" } },
  BucketPolicy: { bucketRef: { name: "b-data" }, policy: { statement: [{ ...STATEMENT, principal: "*" }] } },
};

function targetOf(path: string): KindName | "Secret" | undefined {
  return TARGETS[Object.keys(TARGETS).find((end) => path.endsWith(end)) ?? ""];
}

/** The least spec with the field aimed at a name in namespace `a`. */
function aimed({ kind, path }: { kind: KindName; path: string }, name: string): Loose {
  const spec = structuredClone(LEAST[kind]);
  const parts = path.split(".");
  const parent = parts.slice(0, -1).reduce((each, part) => each[part] ??= {}, spec);
  const key = path.endsWith("SecretRef") ? { key: "secret-access-key" } : {};
  parent[parts.at(-1)!] = { name, namespace: "a", ...key };
  return spec;
}

async function withTenants(run: (world: World) => Promise<void>): Promise<void> {
  await withWorld({ withProvider: false }, async (world) => {
    const namespaceRules = ["a", "b"].map((each) => {
      const names = [`${each}-*`];
      return { namespaces: [each], bucketNames: names, userNames: names, policyNames: names };
    });
    world.provider({ allowedNamespaces: ["a", "b"], namespaceRules }, { namespace: "platform" });
    world.provider({}, { namespace: "a", name: OBJECTS.Provider });
    world.secret("none", { x: "b-credential" }, { namespace: "b" });
    const at = { namespace: "a" };
    world.apply("Bucket", OBJECTS.Bucket, { providerRef: SHARED, name: "a-data", autoManage: { enabled: false } }, at);
    world.apply("IAMPolicy", OBJECTS.IAMPolicy, LEAST.IAMPolicy, at);
    world.apply("User", OBJECTS.User, { providerRef: SHARED, name: "a-user" }, at);
    world.apply("AccessKey", OBJECTS.AccessKey, { providerRef: SHARED, userRef: { name: "a-user" } }, at);
    const statement = [{
      effect: "Deny",
      principal: "*",
      action: "s3:DeleteObject",
      resource: "arn:aws:s3:::a-data/*",
    }];
    world.apply("BucketPolicy", OBJECTS.BucketPolicy, { bucketRef: { name: "a-data" }, policy: { statement } }, at);
    await world.settle();
    for (const kind of Object.keys(kinds) as KindName[]) {
      assert.equal(
        world.ready(kind, OBJECTS[kind], "a"),
        "True",
        `${kind} of a: ${world.ready(kind, OBJECTS[kind], "a")}`,
      );
    }
    await run(world);
  });
}

/** All that `a` has, in the cluster and at the service; what was read of it last is left out. */
function possessions({ cluster, aws: { state } }: World): string {
  const plurals = [...Object.values(kinds).map(({ plural }) => plural), "secrets"];
  const objects = plurals.flatMap((plural) => cluster.list(plural))
    .filter(({ metadata }) => metadata.namespace === "a")
    .map(({ kind, metadata, spec, data, status }) => [kind, metadata.name, spec, data, status?.ownership]);
  const policies = [...state.policies].filter(([arn]) => arn.endsWith("/a-policy"));
  const text = (_: string, value: unknown) =>
    value instanceof Map ? [...value] : value instanceof Set ? [...value] : value;
  const { lastUsed: _, ...user } = { lastUsed: 0, ...state.users.get("a-user") };
  return JSON.stringify(
    [objects, state.buckets.get("a-data"), user, policies],
    (key, value) => key === "lastUsed" ? undefined : text(key, value),
  );
}

/** Objects of `b` in whose status or data a value of `a`'s Secrets is to be seen. */
function loot(world: World): string[] {
  const secrets = world.cluster.list("secrets").filter(({ metadata }) => metadata.namespace === "a");
  const values = secrets.flatMap(({ data }) => Object.values(data ?? {}) as string[]);
  const readable = [...Object.values(kinds).map(({ plural }) => plural), "secrets"]
    .flatMap((plural) => world.cluster.list(plural)).filter(({ metadata }) => metadata.namespace === "b");
  const texts = readable.map((
    { kind, metadata, status, data },
  ) => [kind, metadata.name, JSON.stringify([status, data])]);
  return texts.filter(([, , text]) => values.some((value) => text!.includes(value) || text!.includes(atob(value))))
    .map(([kind, name]) => `${kind} ${name}`);
}

Deno.test("every field that refers to something is known to refer to a kind", () => {
  assert.ok(FIELDS.length >= 12, `${FIELDS.length} fields`);
  for (const { kind, path } of FIELDS) assert.ok(targetOf(path), `tell this test what ${kind} spec.${path} refers to`);
});

for (const field of FIELDS) {
  const right = targetOf(field.path);
  Deno.test(`${field.kind} spec.${field.path}: tenant b gets nothing of tenant a's, whatever it names there`, () =>
    withTenants(async (world) => {
      const before = possessions(world);
      for (const [kind, name] of [...Object.entries(OBJECTS), ["nothing", "missing"]] as const) {
        const spec = aimed(field, name);
        world.apply(field.kind, "b-attack", spec, { namespace: "b", creationTimestamp: "2020-01-01T00:00:00Z" });
        world.annotate(field.kind, "b-attack", { adopt: "true", abandon: "false" }, "b");
        await world.round();
        const said = world.ready(field.kind, "b-attack", "b");
        assert.notEqual(said, "True", `${kind} ${name}`);
        if (kind === right) assert.match(said, /^ReferenceNotGranted: /, said);
        assert.deepEqual(loot(world), [], `${kind} ${name}`);
        assert.equal(possessions(world), before, `${kind} ${name}`);
        world.remove(field.kind, "b-attack", "b");
        await world.settle();
        assert.equal(world.object(field.kind, "b-attack", "b"), undefined, said);
        assert.equal(possessions(world), before, `${kind} ${name}`);
      }
    }));
}

/** What `b` claims by the names that `a` has. */
const CLAIMS: readonly (readonly [KindName, string, Loose])[] = [
  ["Bucket", "b1", { providerRef: SHARED, name: "a-data", deletionPolicy: "Delete", forceDelete: true }],
  ["Bucket", "b2", { providerRef: SHARED, name: "b-data", autoManage: { userName: "a-user" } }],
  ["User", "u1", { providerRef: SHARED, name: "a-user" }],
  ["IAMPolicy", "a-policy", LEAST.IAMPolicy],
];
for (const [kind, name, spec] of CLAIMS) {
  for (const ruled of [true, false]) {
    const why = ruled ? "rules forbid it" : "there are no rules";
    Deno.test(`${kind} ${name}: tenant b takes nothing by the name that tenant a's has, with any annotation: ${why}`, () =>
      withTenants(async (world) => {
        if (!ruled) world.edit("Provider", "wasabi", { spec: { namespaceRules: null } }, "platform");
        await world.settle();
        const before = possessions(world);
        world.apply(kind, name, spec, { namespace: "b", creationTimestamp: "2020-01-01T00:00:00Z" });
        const { uid } = world.object(kind, name, "b").metadata;
        world.annotate(kind, name, { adopt: "true", creating: uid }, "b");
        await world.settle();
        assert.match(world.ready(kind, name, "b"), ruled ? /^NameNotAllowed/ : /^(Conflict|UserNotReady: .*Conflict)/);
        assert.deepEqual(loot(world), []);
        world.remove(kind, name, "b");
        await world.settle();
        assert.equal(world.object(kind, name, "b"), undefined);
        assert.equal(possessions(world), before);
      }));
  }
}
