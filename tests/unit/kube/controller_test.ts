import assert from "node:assert/strict";
import { Controller } from "../../../lib/kube/controller.ts";
import { KeptLog } from "./collaborators.ts";
import { Gate, ThingReconciler } from "./thing_reconciler.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

class World implements AsyncDisposable {
  readonly time = new VirtualTime();
  readonly log = new KeptLog();
  readonly reconciler = new ThingReconciler();
  readonly stop = new AbortController();
  readonly controller: Controller;
  readonly #timers = this.time.installTimers();
  readonly #running: Promise<void>;

  constructor({ concurrency = 2, deadlineMs }: { concurrency?: number; deadlineMs?: number } = {}) {
    const options = { concurrency, log: this.log, now: () => this.time.monotonic(), random: () => 1 };
    this.controller = new Controller(this.reconciler, { ...options, ...(deadlineMs ? { deadlineMs } : {}) });
    this.#running = this.controller.run(this.stop.signal);
  }

  async add(...keys: string[]): Promise<void> {
    for (const key of keys) this.controller.queue.add(key);
    await settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.controller.queue.close();
    this.stop.abort();
    await this.#running;
    this.#timers[Symbol.dispose]();
    assert.equal(this.time.waiting, 0, "no timer is left");
  }
}

Deno.test("as many keys run at once as there are workers, and no key twice", async () => {
  await using world = new World({ concurrency: 3 });
  const gate = new Gate();
  world.reconciler.act = () => gate.passed.then(() => "never" as const);
  await world.add("a", "b", "c", "d", "a");
  assert.deepEqual([world.reconciler.runs, world.reconciler.running], [["a", "b", "c"], 3]);
  gate.open();
  await settle();
  assert.deepEqual(world.reconciler.runs.toSorted(), ["a", "a", "b", "c", "d"]);
});

for (
  const [how, throws] of Object.entries({
    "rejects": () => Promise.reject(new Error("Boom")),
    "throws": () => {
      throw new Error("Boom");
    },
  })
) {
  Deno.test(`a reconciler that ${how} does not take its worker with it, and is tried again`, async () => {
    await using world = new World({ concurrency: 1 });
    world.reconciler.act = throws;
    await world.add("a", "b");
    assert.deepEqual(world.reconciler.taken(), ["a", "b"]);
    assert.equal(world.log.count("ERROR", "Reconciler threw"), 2);
    world.reconciler.act = () => "never";
    await world.time.advance(1_000);
    assert.deepEqual(world.reconciler.taken(), ["a", "b"]);
  });
}

Deno.test("a reconciler whose function itself throws leaves no timer behind", async () => {
  await using world = new World();
  world.reconciler.reconcile = () => {
    throw new Error("Boom");
  };
  await world.add("a");
  assert.equal(world.time.waiting, 1, "the retry alone");
});

Deno.test("backoff doubles until a reconcile ends well, then starts anew", async () => {
  await using world = new World();
  const { reconciler, time } = world;
  reconciler.act = () => "backoff";
  await world.add("a");
  for (const wait of [1_000, 2_000, 4_000]) {
    reconciler.taken();
    await time.advance(wait - 1);
    assert.deepEqual(reconciler.taken(), []);
    await time.advance(1);
    assert.deepEqual(reconciler.taken(), ["a"]);
  }
  reconciler.act = () => ({ afterMs: 50 });
  await time.advance(8_000);
  reconciler.act = () => "backoff";
  await time.advance(50);
  reconciler.taken();
  await time.advance(1_000);
  assert.deepEqual(reconciler.taken(), ["a"]);
});

Deno.test("a stale key comes again soon, doubling to ten seconds for as long as the server lags", async () => {
  await using world = new World();
  const { reconciler, time } = world;
  reconciler.act = () => "soon";
  await world.add("a");
  for (const wait of [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
    reconciler.taken();
    await time.advance(wait - 1);
    assert.deepEqual(reconciler.taken(), []);
    await time.advance(1);
    assert.deepEqual(reconciler.taken(), ["a"]);
  }
});

Deno.test("a key is looked at again when its reconcile said, and never when it said never", async () => {
  await using world = new World();
  const { reconciler, time } = world;
  reconciler.act = (key) => key === "a" ? { afterMs: 5_000 } : "never";
  await world.add("a", "b");
  reconciler.taken();
  await time.advance(4_999);
  assert.deepEqual(reconciler.taken(), []);
  await time.advance(1);
  assert.deepEqual(reconciler.taken(), ["a"]);
});

Deno.test("a reconcile that takes too long is aborted; each has an id and a signal of its own", async () => {
  await using world = new World({ deadlineMs: 1_000 });
  const { reconciler, time } = world;
  reconciler.act = (_key, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("never")));
  await world.add("a");
  await time.advance(500);
  await world.add("b");
  await time.advance(500);
  const [a, b] = reconciler.contexts;
  assert.deepEqual([a?.signal.aborted, b?.signal.aborted, reconciler.running], [true, false, 1]);
  assert.notEqual(a?.reconcileId, b?.reconcileId);
});

Deno.test("the stop of all work aborts what runs", async () => {
  await using world = new World();
  const reason = new Error("Stopping");
  world.reconciler.act = (_key, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("never")));
  await world.add("a");
  world.stop.abort(reason);
  await settle();
  assert.equal(world.reconciler.contexts[0]?.signal.reason, reason);
  assert.equal(world.reconciler.running, 0);
});
