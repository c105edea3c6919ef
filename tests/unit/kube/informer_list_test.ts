import assert from "node:assert/strict";
import { ObjectStore } from "../../../lib/kube/store.ts";
import { type Thing, thing } from "./collaborators.ts";
import { InformerWorld } from "./informer_world.ts";
import { page, refusal } from "./scripted_api.ts";
import { settle } from "./virtual_time.ts";

const expired = { code: 410, reason: "Expired", message: "too old resource version" };

Deno.test("an informer lists at version 0 by pages, then watches from the last page's version", async () => {
  await using world = new InformerWorld({ pageSize: 2 });
  const { api, informer } = world;
  api.lists = [page([thing("a"), thing("b")], 10, "next-1"), page([thing("c")], 10)];
  assert.equal(informer.synced, false);
  await world.start();
  assert.deepEqual(api.queries("GET"), [{ resourceVersion: "0", limit: "2" }, { continue: "next-1", limit: "2" }]);
  assert.deepEqual(api.queries("WATCH"), [{ resourceVersion: "10", allowWatchBookmarks: "true" }]);
  assert.deepEqual(world.changes, ["a", "b", "c"].map((name) => `add team-a/${name}@1 (initial)`));
  assert.ok(informer.synced);
});

Deno.test("the items of a list get the kind that a list does not give them", async () => {
  await using world = new InformerWorld();
  const { apiVersion: _version, kind: _kind, ...bare } = thing("a");
  world.api.lists = [page([bare], 10)];
  await world.start();
  const { apiVersion, kind } = world.store.get("team-a/a") ?? {};
  assert.deepEqual([apiVersion, kind], ["test.dev/v1", "Thing"]);
});

Deno.test("an informer is not synced before the last page", async () => {
  await using world = new InformerWorld();
  world.api.lists = [page([thing("a")], 10, "next"), "unreachable"];
  await world.start();
  assert.deepEqual(world.keys(), ["a@1"]);
  assert.equal(world.informer.synced, false);
});

Deno.test("a continue token that expired makes it list everything at once, and the newest", async () => {
  await using world = new InformerWorld({ pageSize: 1 });
  const { api, time } = world;
  api.lists = [page([thing("a")], 10, "next"), refusal(410, "Expired"), page([thing("b"), thing("c")], 20)];
  await world.start();
  await time.advance(800);
  assert.deepEqual(api.queries("GET").at(-1), {});
  assert.deepEqual(world.keys(), ["b@1", "c@1"]);
  assert.equal(api.queries("WATCH").at(-1)?.["resourceVersion"], "20");
});

const gone: Record<string, (world: InformerWorld) => Promise<void> | void> = {
  "an ERROR event": (world) => world.send("ERROR", expired),
  "a status": async ({ api, time }) => {
    api.watches = [refusal(410, "Gone"), "stream"];
    api.stream.cut();
    await time.advance(800);
  },
};

for (const [how, expire] of Object.entries(gone)) {
  Deno.test(`a watch that is told 410 by ${how} lists what is not older than it had, in one piece`, async () => {
    await using world = new InformerWorld();
    const { api, time } = world;
    api.lists = [page([thing("a"), thing("b")], 10), page([thing("a", { version: 30 })], 40)];
    await world.start();
    await expire(world);
    await time.advance(60_000);
    assert.deepEqual(api.queries("GET").slice(1), [{ resourceVersion: "10" }]);
    assert.deepEqual(world.keys(), ["a@30"]);
    assert.equal(api.queries("WATCH").at(-1)?.["resourceVersion"], "40");
  });
}

for (const status of [410, 504]) {
  Deno.test(`a list at the version it had that is answered ${status} is followed by one of what is newest`, async () => {
    await using world = new InformerWorld();
    const { api, time } = world;
    api.lists = [page([thing("a")], 10), refusal(status), page([thing("a")], 50), page([], 60)];
    await world.start();
    await world.send("ERROR", expired);
    await time.advance(60_000);
    assert.deepEqual(api.queries("GET").slice(1), [{ resourceVersion: "10" }, {}]);
    await world.send("ERROR", expired);
    await time.advance(60_000);
    assert.deepEqual(api.queries("GET").at(-1), { resourceVersion: "50" }, "the next is not the newest again");
  });
}

Deno.test("a relist deletes what it does not have, replaces another uid, and is urgent", async () => {
  await using world = new InformerWorld();
  const { api, time, changes } = world;
  api.lists = [
    page([thing("stays"), thing("goes"), thing("remade", { uid: "first" }), thing("moves")], 10),
    page([thing("stays"), thing("remade", { uid: "second", version: 20 }), thing("moves", { version: 21 })], 30),
  ];
  await world.start();
  changes.length = 0;
  await world.send("ERROR", expired);
  await time.advance(800);
  assert.deepEqual(changes, [
    "delete team-a/remade@1 (watch)",
    "add team-a/remade@20 (watch)",
    "update team-a/moves@21 (watch)",
    "delete team-a/goes@1 (watch)",
  ]);
});

Deno.test("an informer of one namespace lists there and leaves the objects of others in the store", async () => {
  const store = new ObjectStore<Thing>();
  await using world = new InformerWorld({ store, namespace: "team-a" });
  store.put(thing("foreign", { namespace: "team-b" }));
  world.api.lists = [page([thing("a"), thing("b")], 10), page([thing("b")], 20)];
  await world.start();
  await world.send("ERROR", expired);
  await world.time.advance(800);
  assert.deepEqual(world.keys(), ["b@1", "foreign@1"]);
  assert.equal(world.api.requests[0]?.path, "/apis/test.dev/v1/namespaces/team-a/things");
});

Deno.test("a list that is older than an own write does not go back in time", async () => {
  await using world = new InformerWorld();
  world.api.lists = [page([thing("a", { version: 5 })], 10), page([thing("a", { version: 5 })], 10)];
  await world.start();
  world.store.written(thing("a", { version: 12, spec: { size: 2 } }));
  await world.send("ERROR", expired);
  await world.time.advance(800);
  assert.equal(world.api.count("GET"), 2);
  assert.equal(world.store.get("team-a/a")?.spec.size, 2);
});

Deno.test("a server that was restored from a backup is believed although its versions went back", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [
    page([thing("a", { version: 900, spec: { size: 9 } }), thing("later", { version: 950 })], 1_000),
    refusal(504, "Timeout"),
    page([thing("a", { version: 100, spec: { size: 1 } })], 200),
  ];
  await world.start();
  // A restored server has no events at versions that it does not have yet, and does not say so.
  await time.advance(151_000);
  assert.deepEqual(world.keys(), ["a@100"]);
  assert.equal(world.store.get("team-a/a")?.spec.size, 1);
  await world.send("MODIFIED", thing("a", { version: 201, spec: { size: 3 } }));
  assert.equal(world.store.get("team-a/a")?.spec.size, 3);
});

Deno.test("a refusal that a person must end is told once, until a list succeeds", async () => {
  await using world = new InformerWorld();
  const { api, time, log, informer } = world;
  const told = () => log.count("WARNING", "The API server refuses to list or watch");
  api.lists = [refusal(403, "Forbidden")];
  await world.start();
  await time.advance(300_000);
  assert.equal(told(), 1);
  const { fields } = log.lines.find(({ level }) => level === "WARNING") ?? {};
  assert.deepEqual([fields?.["kind"], fields?.["code"], fields?.["why"]], ["Thing", 403, "Forbidden"]);
  assert.ok(api.count("GET") > 5);
  assert.ok(time.monotonic() - informer.lastContact <= 30_000, "a refusal is an answer");
  api.lists = [page([], 10), refusal(403, "Forbidden")];
  await time.advance(30_000);
  await world.send("ERROR", expired);
  await time.advance(60_000);
  await settle();
  assert.equal(told(), 2);
});
