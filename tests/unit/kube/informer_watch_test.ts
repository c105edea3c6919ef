import assert from "node:assert/strict";
import { thing } from "./collaborators.ts";
import { InformerWorld } from "./informer_world.ts";
import { page, refusal } from "./scripted_api.ts";

Deno.test("events of a watch reach the store", async () => {
  await using world = new InformerWorld();
  world.api.lists = [page([thing("a")], 10)];
  await world.start();
  await world.send("MODIFIED", thing("a", { version: 11 }));
  await world.send("ADDED", thing("b", { version: 12 }));
  await world.send("DELETED", thing("a", { version: 13 }));
  await world.send("ADDED", thing("b", { version: 14, uid: "another" }));
  assert.deepEqual(world.changes.slice(1), [
    "update team-a/a@11 (watch)",
    "add team-a/b@12 (watch)",
    "delete team-a/a@11 (watch)",
    "delete team-a/b@12 (watch)",
    "add team-a/b@14 (watch)",
  ]);
});

Deno.test("a watch goes on from the last event or bookmark, without a list, when it ends or is cut", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [page([], 10)];
  await world.start();
  await world.send("ADDED", thing("a", { version: 15 }));
  api.stream.end();
  await time.advance(0);
  await world.send("BOOKMARK", { metadata: { resourceVersion: "99" } });
  api.stream.cut();
  await time.advance(800);
  assert.deepEqual(api.queries("WATCH").map((query) => query["resourceVersion"]), ["10", "15", "99"]);
  assert.equal(api.count("GET"), 1);
  assert.deepEqual(world.keys(), ["a@15"], "a bookmark is no object");
});

Deno.test("an own write is in the store at once, and its echo changes nothing", async () => {
  await using world = new InformerWorld();
  world.api.lists = [page([thing("a", { version: 5 })], 10)];
  await world.start();
  world.store.written(thing("a", { version: 11, spec: { size: 1 } }));
  await world.send("MODIFIED", thing("a", { version: 11, spec: { size: 1 } }));
  assert.deepEqual(world.changes.slice(1), ["update team-a/a@11 (own)"]);
  await world.send("MODIFIED", thing("a", { version: 12, spec: { size: 2 } }));
  assert.deepEqual(world.changes.slice(2), ["update team-a/a@12 (watch)"]);
});

const silences = { "is silent": "stream", "does not even answer": "held" } as const;

for (const [how, watch] of Object.entries(silences)) {
  Deno.test(`a watch that ${how} for its idle time is opened again at its version`, async () => {
    await using world = new InformerWorld();
    const { api, time } = world;
    api.lists = [page([], 10)];
    api.watches = [watch];
    await world.start();
    await time.advance(74_999);
    assert.equal(api.count("WATCH"), 1);
    await time.advance(1);
    assert.equal(api.count("WATCH"), 2);
    assert.equal(api.count("GET"), 1);
    assert.equal(api.streams.filter(({ closed }) => !closed).length, watch === "held" ? 0 : 1, "one socket at most");
  });
}

Deno.test("a second silent watch in a row is followed by a list, which a bookmark in between puts off", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [page([], 10), page([thing("held-back", { version: 15 })], 20)];
  await world.start();
  await time.advance(75_000);
  await world.send("BOOKMARK", { metadata: { resourceVersion: "12" } });
  await time.advance(75_000);
  assert.equal(api.count("GET"), 1);
  await time.advance(75_000);
  assert.deepEqual(api.queries("GET").slice(1), [{ resourceVersion: "12" }]);
  assert.deepEqual(world.keys(), ["held-back@15"]);
});

Deno.test("bookmarks keep a quiet watch open, and count as hearing the server", async () => {
  await using world = new InformerWorld();
  const { api, time, informer } = world;
  api.lists = [page([], 10)];
  await world.start();
  for (let minute = 1; minute <= 30; minute++) {
    await time.advance(60_000);
    await world.send("BOOKMARK", { metadata: { resourceVersion: String(100 + minute) } });
  }
  assert.equal(api.count("WATCH"), 1);
  assert.equal(informer.lastContact, time.monotonic());
});

Deno.test("429 never lists again, and waits as long as it was told", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [page([], 10)];
  api.watches = [refusal(429, "TooManyRequests", { "retry-after": "20" }), "stream"];
  await world.start();
  await time.advance(19_999);
  assert.deepEqual([api.count("GET"), api.count("WATCH")], [1, 1]);
  await time.advance(1);
  assert.deepEqual([api.count("GET"), api.count("WATCH")], [1, 2]);
});

Deno.test("429 on a list tries that list again, at the same version", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [refusal(429, "TooManyRequests", { "retry-after": "2" }), page([], 10)];
  await world.start();
  await time.advance(2_000);
  assert.deepEqual(api.queries("GET").map((query) => query["resourceVersion"]), ["0", "0"]);
  assert.ok(world.informer.synced);
});

/** The waits between requests that all fail, milliseconds. */
async function waits(world: InformerWorld, count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const before = world.api.requests.length;
    const wait = world.time.untilNext ?? 0;
    await world.time.advance(wait);
    if (world.api.requests.length > before) found.push(wait);
  }
  return found;
}

Deno.test("waits double from 0.8 to 30 seconds, and it never gives up", async () => {
  await using world = new InformerWorld();
  world.api.lists = ["unreachable"];
  await world.start();
  assert.deepEqual(await waits(world, 8), [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  await world.time.advance(24 * 3_600_000);
  world.api.lists = [page([thing("a")], 10)];
  await world.time.advance(30_000);
  assert.ok(world.informer.synced);
});

Deno.test("jitter takes up to half of a wait", async () => {
  await using world = new InformerWorld({ random: () => 0 });
  world.api.lists = ["unreachable"];
  await world.start();
  assert.deepEqual(await waits(world, 3), [400, 800, 1_600]);
});

Deno.test("waits start anew once a watch has brought something, and not before", async () => {
  await using world = new InformerWorld();
  const { api } = world;
  api.lists = [page([], 10)];
  api.watches = ["unreachable"];
  await world.start();
  assert.deepEqual(await waits(world, 3), [800, 1_600, 3_200]);
  api.watches = ["stream", "unreachable"];
  await waits(world, 1);
  api.stream.send("BOOKMARK", { metadata: { resourceVersion: "20" } });
  await world.time.advance(0);
  api.stream.cut();
  await world.time.advance(0);
  assert.deepEqual(await waits(world, 2), [800, 1_600]);
});

Deno.test("a watch that ends at once and empty is not opened again without a wait", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [page([], 10)];
  api.watches = [{ status: 200, body: {} }];
  await world.start();
  const before = api.count("WATCH");
  await time.advance(60_000);
  assert.ok(api.count("WATCH") - before < 8, `${api.count("WATCH")} watches`);
});

Deno.test("a line that is no JSON is an interruption, not the end", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = [page([], 10)];
  await world.start();
  api.stream.send("ADDED", undefined);
  await time.advance(800);
  assert.equal(api.count("WATCH"), 2);
  await world.send("ADDED", thing("a", { version: 11 }));
  assert.deepEqual(world.keys(), ["a@11"]);
});

Deno.test("the server is asked to end a watch after five to ten minutes", async () => {
  for (const [random, seconds] of [[0, 300], [1, 600]] as const) {
    await using world = new InformerWorld({ random: () => random });
    world.api.lists = [page([], 10)];
    await world.start();
    assert.deepEqual(world.api.watchSeconds, [seconds]);
  }
});

Deno.test("a list that is not answered times out and is sent again", async () => {
  await using world = new InformerWorld();
  const { api, time } = world;
  api.lists = ["held", page([thing("a")], 10)];
  await world.start();
  await time.advance(60_800);
  assert.ok(world.informer.synced);
});
