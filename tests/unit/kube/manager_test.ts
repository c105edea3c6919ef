import assert from "node:assert/strict";
import { KeptLog, type Thing } from "./collaborators.ts";
import { ManagerWorld } from "./manager_world.ts";
import { Lacks } from "../../../lib/kube/lacks.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

Deno.test("everything that is there is reconciled once at the start", async () => {
  await using world = new ManagerWorld();
  world.cluster.put("things", "a");
  world.cluster.put("owners", "o");
  await world.start();
  assert.deepEqual(world.taken(), ["Owner/team-a/o", "Thing/team-a/a"]);
});

Deno.test("nothing is reconciled before all kinds are synced", async () => {
  await using world = new ManagerWorld();
  world.cluster.put("things", "a");
  world.cluster.down.add("owners");
  await world.start();
  await world.time.advance(10_000);
  assert.deepEqual([world.taken(), world.manager.ready()], [[], false]);
  world.cluster.down.clear();
  await world.time.advance(30_000);
  assert.deepEqual([world.taken(), world.manager.ready()], [["Thing/team-a/a"], true]);
});

Deno.test("nothing is reconciled and no lease is asked for while something is lacking, which is said once", async () => {
  let lacking = ["A"];
  const time = new VirtualTime();
  const log = new KeptLog();
  const lacks = new Lacks({ ask: () => Promise.resolve(lacking), clock: time, log, random: () => 0 });
  await using world = new ManagerWorld({ leased: true, lacks }, { time, log });
  world.cluster.put("things", "a");
  await world.start();
  await world.time.advance(60_000);
  assert.deepEqual([world.taken(), world.manager.unready(), world.cluster.leases.writes], [[], ["A"], []]);
  lacking = ["A", "B"];
  await world.time.advance(60_000);
  assert.deepEqual([log.count("WARNING", "A"), log.count("WARNING", "B")], [1, 1]);
  lacking = [];
  await world.time.advance(60_000);
  assert.deepEqual([world.taken(), world.manager.unready()], [["Thing/team-a/a"], []]);
});

Deno.test("readiness says what is not listed, why the server refuses it, and what would help", async () => {
  await using world = new ManagerWorld();
  world.cluster.down.add("owners");
  world.cluster.refused.set("things", 403);
  await world.start();
  assert.deepEqual(world.manager.unready(), [
    "Not allowed to list or watch things.test.dev in the cluster: bind the role of the chart (docs/install.md)",
    "Not listed yet: Owner",
  ]);
  world.cluster.refused.set("things", 404);
  world.cluster.down.clear();
  await world.time.advance(60_000);
  const missing =
    'The API server does not know things.test.dev: apply the CRDs, which the chart has and the command "crds" prints';
  assert.deepEqual(world.manager.unready(), [missing]);
  world.cluster.refused.clear();
  await world.time.advance(60_000);
  assert.deepEqual(world.manager.unready(), []);
  await world.stop();
  assert.deepEqual(world.manager.unready(), ["The process is stopping"]);
});

const base = { generation: 1, labels: { l: "1" }, annotations: { a: "1" }, finalizers: ["ours", "theirs"] };
const edits: Record<string, { metadata: Record<string, unknown>; status?: Thing["status"]; runs: boolean }> = {
  "a new generation": { metadata: { ...base, generation: 2 }, runs: true },
  "a label": { metadata: { ...base, labels: { l: "2" } }, runs: true },
  "a label that goes": { metadata: { ...base, labels: undefined }, runs: true },
  "an annotation": { metadata: { ...base, annotations: { a: "1", b: "" } }, runs: true },
  "an annotation of ours, seen before the answer of the write": {
    metadata: { ...base, annotations: { a: "1", own: "1" }, finalizers: ["ours", "theirs", "more"] },
    runs: false,
  },
  "a deletion": { metadata: { ...base, deletionTimestamp: "2026-01-02T00:00:00Z" }, runs: true },
  "a finalizer that goes": { metadata: { ...base, finalizers: ["theirs"] }, runs: true },
  "a finalizer that comes": { metadata: { ...base, finalizers: ["ours", "theirs", "more"] }, runs: false },
  "a status": { metadata: base, status: { ready: true }, runs: false },
  "nothing but a version": { metadata: base, runs: false },
  "kubectl's last-applied annotation": {
    metadata: { ...base, annotations: { a: "1", "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
    runs: false,
  },
};

for (const [what, { metadata, status, runs }] of Object.entries(edits)) {
  Deno.test(`${what} ${runs ? "calls" : "does not call"} for a reconcile`, async () => {
    await using world = new ManagerWorld();
    world.cluster.put("things", "a", { metadata: base });
    await world.begin();
    world.cluster.put("things", "a", { metadata, ...(status ? { status } : {}) });
    await settle();
    assert.deepEqual(world.taken(), runs ? ["Thing/team-a/a"] : []);
  });
}

Deno.test("an own write calls for a reconcile only where it changed what is wanted", async () => {
  await using world = new ManagerWorld();
  const held = world.cluster.put("things", "a", { metadata: base });
  await world.begin();
  const write = (version: number, metadata: Record<string, unknown>) =>
    world.stores.written(world.things.type, {
      ...held,
      metadata: { ...held.metadata, ...metadata, resourceVersion: String(version) },
    });
  const annotations = { ...held.metadata.annotations, own: "yes" };
  write(100, { annotations, finalizers: ["ours"] });
  await settle();
  assert.deepEqual(world.taken(), []);
  write(101, { annotations, generation: 2 });
  await settle();
  assert.deepEqual(world.taken(), ["Thing/team-a/a"]);
  // Somebody annotated it in between: the watch, which is behind the answer, will say nothing of it.
  write(103, { generation: 2, annotations: { ...annotations, "rotate-at": "now" } });
  await settle();
  assert.deepEqual(world.taken(), ["Thing/team-a/a"]);
});

/** Owner `o`, which `a` and `b` refer to, and `c`, which does not. */
function family(world: ManagerWorld): void {
  world.cluster.put("owners", "o", { spec: { size: 1 } });
  for (const name of ["a", "b"]) world.cluster.put("things", name, { spec: { refs: ["Owner/team-a/o"] } });
  world.cluster.put("things", "c", { spec: { refs: ["Owner/team-a/other", "size/2"] } });
}

const both = ["Thing/team-a/a", "Thing/team-a/b"];
const wakes: Record<string, { act: (world: ManagerWorld) => void; runs: string[] }> = {
  "what it publishes changes": {
    act: ({ cluster }) => cluster.put("owners", "o", { spec: { size: 1 }, status: { ready: true } }),
    runs: both,
  },
  // The key itself too, so that what is kept for it goes.
  "it goes": { act: ({ cluster }) => cluster.remove("owners", "o"), runs: ["Owner/team-a/o", ...both] },
  "it is made anew under its name": {
    act: ({ cluster }) => cluster.put("owners", "o", { uid: "another", spec: { size: 1 } }),
    runs: ["Owner/team-a/o", ...both],
  },
  "it comes to stand for something else": {
    act: ({ cluster }) => cluster.put("owners", "o", { metadata: { generation: 2 }, spec: { size: 2 } }),
    runs: ["Owner/team-a/o", ...both, "Thing/team-a/c"],
  },
};

for (const [when, { act, runs }] of Object.entries(wakes)) {
  Deno.test(`an object wakes exactly its dependants when ${when}`, async () => {
    await using world = new ManagerWorld();
    family(world);
    await world.begin();
    act(world);
    await settle();
    // A deletion and an addition at once may run a key twice.
    assert.deepEqual([...new Set(world.taken())], runs);
  });
}

Deno.test("an object wakes what referred to a token that it stands for no more", async () => {
  await using world = new ManagerWorld();
  world.cluster.put("owners", "o", { spec: { size: 1 } });
  world.cluster.put("things", "rival", { spec: { refs: ["size/1"] } });
  await world.begin();
  world.cluster.put("owners", "o", { metadata: { generation: 2 }, spec: { size: 9 } });
  await settle();
  assert.deepEqual(world.taken(), ["Owner/team-a/o", "Thing/team-a/rival"]);
});

Deno.test("an object whose dependants cannot see a change wakes nobody", async () => {
  await using world = new ManagerWorld();
  family(world);
  await world.begin();
  world.cluster.put("owners", "o", { spec: { size: 1 }, metadata: { annotations: { note: "x" } } });
  await settle();
  assert.deepEqual(world.taken(), ["Owner/team-a/o"]);
});

Deno.test("an object that comes wakes what waited for it; a reference that is dropped wakes no more", async () => {
  await using world = new ManagerWorld();
  family(world);
  await world.begin();
  world.cluster.put("owners", "other");
  await settle();
  assert.deepEqual(world.taken(), ["Owner/team-a/other", "Thing/team-a/c"]);
  world.cluster.put("things", "c", { metadata: { generation: 2 } });
  await settle();
  world.taken();
  world.cluster.put("owners", "other", { status: { ready: true } });
  await settle();
  assert.deepEqual(world.taken(), []);
});

Deno.test("an object that its controller made does not wake it as it comes, and does as it changes or goes", async () => {
  await using world = new ManagerWorld();
  const refs = ["Owner/team-a/child"];
  const both = ["Thing/team-a/maker", "Thing/team-a/other"];
  const { metadata: { uid } } = world.cluster.put("things", "maker", { spec: { refs } });
  world.cluster.put("things", "other", { spec: { refs } });
  await world.begin();
  const ownerReferences = [{ apiVersion: "v1", kind: "Thing", name: "maker", uid, controller: true }];
  world.cluster.put("owners", "child", { metadata: { ownerReferences } });
  await settle();
  assert.deepEqual(world.taken(), ["Owner/team-a/child", "Thing/team-a/other"]);
  world.cluster.put("owners", "child", { metadata: { ownerReferences }, status: { ready: true } });
  await settle();
  assert.deepEqual(world.taken(), both);
  world.cluster.remove("owners", "child");
  await settle();
  assert.deepEqual(world.taken().filter((key) => key !== "Owner/team-a/child"), both);
});

Deno.test("an object that refers to itself does not wake itself", async () => {
  await using world = new ManagerWorld();
  world.cluster.put("things", "a", { spec: { refs: ["Thing/team-a/a"] } });
  await world.begin();
  world.cluster.put("things", "a", { spec: { refs: ["Thing/team-a/a"] }, status: { ready: true } });
  await settle();
  assert.deepEqual(world.taken(), []);
});

Deno.test("an own write that changes what is published wakes the dependants at once", async () => {
  await using world = new ManagerWorld();
  family(world);
  await world.begin();
  const owner = world.stores.of("Owner").get("team-a/o") as Thing;
  const metadata = { ...owner.metadata, resourceVersion: "100" };
  world.stores.written(world.owners.type, { ...owner, metadata, status: { ready: true } } as Thing);
  await settle();
  assert.deepEqual(world.taken(), both);
});

Deno.test("an object that no reconciler can read does not keep its kind from being listed", async () => {
  await using world = new ManagerWorld();
  world.things.references = ({ metadata: { name } }) => {
    if (name === "odd") throw new TypeError("Cannot read spec");
    return [];
  };
  for (const name of ["a", "odd", "z"]) world.cluster.put("things", name);
  await world.start();
  assert.deepEqual([world.manager.ready(), world.taken()], [true, ["a", "odd", "z"].map((n) => `Thing/team-a/${n}`)]);
  assert.equal(world.log.count("ERROR", "An object cannot be read"), 1);
});

Deno.test("enqueue runs a key of a kind, at once or later; of a kind that is not there it does nothing", async () => {
  await using world = new ManagerWorld();
  await world.begin();
  world.manager.enqueue("Thing", "team-a/x");
  world.manager.enqueue("Thing", "team-a/y", 5_000);
  world.manager.enqueue("Nothing", "team-a/z");
  await settle();
  assert.deepEqual(world.taken(), ["Thing/team-a/x"]);
  await world.time.advance(5_000);
  assert.deepEqual(world.taken(), ["Thing/team-a/y"]);
});

Deno.test("a manager of two namespaces sees those alone", async () => {
  await using world = new ManagerWorld({ namespaces: ["team-a", "team-b"] });
  for (const namespace of ["team-a", "team-b", "team-c"]) world.cluster.put("things", "x", { namespace });
  await world.start();
  assert.deepEqual(world.taken(), ["Thing/team-a/x", "Thing/team-b/x"]);
});

Deno.test("a manager is alive until the API server was not heard for ten minutes", async () => {
  await using world = new ManagerWorld();
  await world.begin();
  for (const plural of ["things", "owners"]) world.cluster.down.add(plural);
  await world.time.advance(599_000);
  assert.ok(world.manager.live());
  await world.time.advance(2_000);
  assert.ok(!world.manager.live());
});
