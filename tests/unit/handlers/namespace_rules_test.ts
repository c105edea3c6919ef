import assert from "node:assert/strict";
import type { KindName } from "../../../handlers/kinds.ts";
import type { Loose } from "../../loose.ts";
import { withWorld, type World } from "./world.ts";

const PROVIDER = { name: "wasabi", namespace: "demo" };
const STATEMENT = { effect: "Allow", action: "s3:GetObject", resource: "arn:aws:s3:::team-a-data/*" };
const PLAIN = { providerRef: PROVIDER, autoManage: { enabled: false } };

/** An object of namespace `team-a`, the field that names what it claims, and the list of a rule that must have it. */
const CLAIMS: Record<string, { kind: KindName; spec: Loose; field: string; list: string }> = {
  "team-a-data": { kind: "Bucket", spec: { ...PLAIN, name: "team-a-data" }, field: "spec.name", list: "bucketNames" },
  "team-a-app": {
    kind: "User",
    spec: { providerRef: PROVIDER, name: "team-a-app" },
    field: "spec.name",
    list: "userNames",
  },
  "team-a-readers": {
    kind: "IAMPolicy",
    spec: { providerRef: PROVIDER, policy: { statement: [STATEMENT] } },
    field: "metadata.name",
    list: "policyNames",
  },
};

async function withRules(rules: readonly Loose[] | undefined, run: (world: World) => Promise<void>): Promise<void> {
  await withWorld({}, async (world) => {
    setRules(world, rules);
    await world.settle();
    world.forget();
    await run(world);
  });
}

function setRules(world: World, rules: readonly Loose[] | undefined): void {
  world.edit("Provider", "wasabi", {
    spec: { allowedNamespaces: ["team-a", "team-b", "team-a-b"], namespaceRules: rules ?? null },
  });
}

async function verdict(world: World, kind: KindName, name: string, spec: Loose, namespace = "team-a"): Promise<string> {
  world.apply(kind, name, spec, { namespace });
  await world.pass(kind, name, namespace);
  return world.ready(kind, name, namespace);
}

const TEAM_A = { namespaces: ["team-a"] };
for (const [name, { kind, spec, field, list }] of Object.entries(CLAIMS)) {
  const allowing = [{ ...TEAM_A, [list]: ["team-a-*"] }];

  Deno.test(`${kind}: a name that a rule allows is claimed`, () =>
    withRules(allowing, async (world) => {
      assert.equal(await verdict(world, kind, name, spec), "True");
    }));

  const refusing: Record<string, readonly Loose[]> = {
    "no rule is for the namespace": [{ namespaces: ["team-b"], [list]: ["*"] }],
    "the rule has other names": [{ ...TEAM_A, [list]: ["other-*"] }],
    "the rule does not list the kind of name": [TEAM_A],
    "the rule lists only other kinds of names": [{
      ...TEAM_A,
      bucketNames: ["*"],
      userNames: ["*"],
      policyNames: ["*"],
      [list]: [],
    }],
  };
  for (const [why, rules] of Object.entries(refusing)) {
    Deno.test(`${kind}: refused before any call, with field, name and remedy: ${why}`, () =>
      withRules(rules, async (world) => {
        const said = await verdict(world, kind, name, spec);
        const start =
          `NameNotAllowed: ${field}: namespace "team-a" may not claim the name "${name}" at Provider demo/wasabi: `;
        assert.ok(said.startsWith(start), said);
        assert.ok(said.endsWith(`in the Provider's spec.namespaceRules have it in ${list}`), said);
        assert.deepEqual(world.calls(), []);
        const [event] = world.events;
        assert.deepEqual([event?.type, event?.note], ["Warning", said]);
      }));
  }

  Deno.test(`${kind}: rules that come later keep what it has, say so, and let it go with the object alone`, () =>
    withRules(undefined, async (world) => {
      assert.equal(await verdict(world, kind, name, { ...spec, deletionPolicy: "Delete" }), "True");
      const things = () => [world.aws.state.buckets.size, world.aws.state.users.size, world.aws.state.policies.size];
      const had = things();
      setRules(world, [{ ...TEAM_A, [list]: ["other-*"] }]);
      await world.settle();
      assert.match(world.ready(kind, name, "team-a"), /^NameNotAllowed: .*choose one like "other-\*", or let/);
      assert.deepEqual(things(), had);
      setRules(world, allowing);
      await world.settle();
      assert.equal(world.ready(kind, name, "team-a"), "True");
      setRules(world, [{ ...TEAM_A, [list]: ["other-*"] }]);
      world.remove(kind, name, "team-a");
      await world.settle();
      assert.equal(world.object(kind, name, "team-a"), undefined);
      assert.deepEqual(things(), [0, 0, 0]);
    }));

  Deno.test(`${kind}: an older claim that the rules forbid stands in nobody's way, and one that holds does`, () =>
    withRules([{ namespaces: ["team-b"], [list]: ["team-a-*"] }], async (world) => {
      world.apply(kind, name, spec, { namespace: "team-a", creationTimestamp: "2020-01-01T00:00:00Z" });
      await world.pass(kind, name, "team-a");
      assert.equal(await verdict(world, kind, name, spec, "team-b"), "True");
      setRules(world, allowing);
      await world.settle();
      assert.match(world.ready(kind, name, "team-a"), /^Conflict: .* team-b\/.*, which has it already/);
      assert.match(world.ready(kind, name, "team-b"), /^NameNotAllowed/);
    }));

  Deno.test(`${kind}: a forbidden object takes nothing, whatever annotations it has, and its deletion neither`, () =>
    withRules([{ namespaces: ["demo"], [list]: ["*"] }], async (world) => {
      world.apply(kind, name, spec);
      await world.settle();
      assert.equal(world.ready(kind, name), "True");
      world.forget();
      world.apply(kind, name, { ...spec, deletionPolicy: "Delete", forceDelete: true }, { namespace: "team-a" });
      const { uid } = world.object(kind, name, "team-a").metadata;
      world.annotate(kind, name, { adopt: "true", creating: uid }, "team-a");
      await world.pass(kind, name, "team-a");
      assert.match(world.ready(kind, name, "team-a"), /^NameNotAllowed/);
      world.remove(kind, name, "team-a");
      await world.settle();
      assert.deepEqual(world.changes(), []);
    }));
}

Deno.test("without rules every namespace may claim any name", () =>
  withRules(undefined, async (world) => {
    for (const [name, { kind, spec }] of Object.entries(CLAIMS)) {
      assert.equal(await verdict(world, kind, name, spec), "True");
    }
  }));

Deno.test("the Provider's own namespace needs a rule as all others do", () =>
  withRules([{ namespaces: ["team-*"], bucketNames: ["*"] }], async (world) => {
    assert.match(await verdict(world, "Bucket", "b", { ...PLAIN, name: "logs" }, "demo"), /^NameNotAllowed/);
    setRules(world, [{ namespaces: ["demo"], bucketNames: ["logs"] }]);
    await world.settle();
    assert.equal(world.ready("Bucket", "b"), "True");
  }));

const BUCKET_WITH_USER = { providerRef: PROVIDER, name: "team-a-data" };
const USERS: Record<string, { spec: Loose; userNames: readonly string[]; refused?: RegExp }> = {
  "named like the bucket": { spec: {}, userNames: ["team-a-*"] },
  "named like the bucket, which no rule allows": {
    spec: {},
    userNames: [],
    refused:
      /^NameNotAllowed: The user of the bucket's own \(spec\.autoManage\): .*"team-a-data".*: let a rule .*userNames$/,
  },
  "named by the spec": { spec: { autoManage: { enabled: true, userName: "app" } }, userNames: ["app"] },
  "named by the spec, which no rule allows": {
    spec: { autoManage: { enabled: true, userName: "root" } },
    userNames: ["team-a-*"],
    refused: /^NameNotAllowed: spec\.autoManage\.userName: .*"root".* choose one like "team-a-\*"/,
  },
};
for (const [what, { spec, userNames, refused }] of Object.entries(USERS)) {
  Deno.test(`the user that a Bucket makes needs a rule before anything is made: ${what}`, () =>
    withRules([{ ...TEAM_A, bucketNames: ["*"], userNames }], async (world) => {
      world.apply("Bucket", "b", { ...BUCKET_WITH_USER, ...spec }, { namespace: "team-a" });
      await world.settle();
      assert.match(world.ready("Bucket", "b", "team-a"), refused ?? /^True$/);
      assert.equal(world.aws.state.buckets.size, refused ? 0 : 1);
    }));
}

Deno.test("a BucketPolicy no longer writes to a bucket whose name its Bucket may not claim any more", () =>
  withRules(undefined, async (world) => {
    await verdict(world, "Bucket", "b", { ...PLAIN, name: "team-a-data" });
    const policy = (action: string) => ({
      bucketRef: { name: "b" },
      policy: { statement: [{ ...STATEMENT, action, effect: "Deny", principal: "*" }] },
    });
    assert.equal(await verdict(world, "BucketPolicy", "p", policy("s3:GetObject")), "True");
    setRules(world, [{ ...TEAM_A, bucketNames: ["other-*"] }]);
    await world.settle();
    world.forget();
    assert.match(await verdict(world, "BucketPolicy", "p", policy("s3:PutObject")), /^NameNotAllowed: spec\.name: /);
    assert.deepEqual(world.changes(), []);
  }));

/** Rules for all namespaces, an object's namespace, the name that it claims, and whether it may. */
const PATTERNS: Record<string, { rule: Loose; namespace: string; name: string; may: boolean }> = {
  "a namespace by a pattern": {
    rule: { namespaces: ["team-*"], bucketNames: ["x-*"] },
    namespace: "team-a",
    name: "x-1",
    may: true,
  },
  "{namespace} is the object's own": {
    rule: { namespaces: ["*"], bucketNames: ["{namespace}.*"] },
    namespace: "team-a",
    name: "team-a.data",
    may: true,
  },
  "{namespace} is nobody else's": {
    rule: { namespaces: ["*"], bucketNames: ["{namespace}.*"] },
    namespace: "team-b",
    name: "team-a.data",
    may: false,
  },
  "a dot after {namespace} keeps apart namespaces of which one begins like the other": {
    rule: { namespaces: ["*"], bucketNames: ["{namespace}.*"] },
    namespace: "team-a",
    name: "team-a-b.data",
    may: false,
  },
  "{namespace} within, and twice": {
    rule: { namespaces: ["*"], bucketNames: ["x.{namespace}.y.{namespace}"] },
    namespace: "team-a",
    name: "x.team-a.y.team-a",
    may: true,
  },
};
for (const [what, { rule, namespace, name, may }] of Object.entries(PATTERNS)) {
  Deno.test(`a rule ${may ? "allows" : "does not allow"}: ${what}`, () =>
    withRules([rule], async (world) => {
      const said = await verdict(world, "Bucket", "b", { ...PLAIN, name }, namespace);
      assert.match(said, may ? /^True$/ : /^NameNotAllowed: .*choose one like "team-[ab]\.\*"/);
    }));
}

Deno.test("several rules for a namespace add up, and a message names three patterns at most", () =>
  withRules(
    [{ ...TEAM_A, bucketNames: ["a-1", "a-2"] }, { namespaces: ["*"], bucketNames: ["b-1", "b-2"] }],
    async (world) => {
      assert.equal(await verdict(world, "Bucket", "one", { ...PLAIN, name: "a-2" }), "True");
      assert.equal(await verdict(world, "Bucket", "two", { ...PLAIN, name: "b-2" }), "True");
      assert.match(
        await verdict(world, "Bucket", "three", { ...PLAIN, name: "c-1" }),
        /one like "a-1", "a-2", "b-1", …, or/,
      );
    },
  ));
