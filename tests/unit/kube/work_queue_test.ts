import assert from "node:assert/strict";
import { WorkQueue, type WorkQueueOptions } from "../../../lib/kube/work_queue.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

const DAY_MS = 86_400_000;

/** A queue under a virtual clock. */
class QueueWorld implements Disposable {
  readonly time = new VirtualTime();
  readonly queue: WorkQueue;
  readonly #timers = this.time.installTimers();

  constructor(options: Partial<WorkQueueOptions> = {}) {
    this.queue = new WorkQueue({ now: () => this.time.monotonic(), random: () => 1, ...options });
  }

  /** A worker that asks for a key: what it got, once it got one. */
  ask(): { key: string | undefined; asked: Promise<void> } {
    const worker: { key: string | undefined; asked: Promise<void> } = { key: undefined, asked: Promise.resolve() };
    worker.asked = this.queue.get().then((key) => void (worker.key = key));
    return worker;
  }

  /** All keys that are ready now, in the order in which workers get them; each is done at once. */
  async drain(): Promise<string[]> {
    const keys: string[] = [];
    while (this.queue.depth > 0) {
      const key = await this.queue.get() as string;
      keys.push(key);
      this.queue.done(key);
    }
    return keys;
  }

  [Symbol.dispose](): void {
    this.queue.close();
    this.#timers[Symbol.dispose]();
  }
}

const orders: Record<string, { add: (queue: WorkQueue) => void; keys: string[] }> = {
  "a key is in the queue once": {
    add: (queue) => ["a", "b", "a"].forEach((key) => queue.add(key)),
    keys: ["a", "b"],
  },
  "high keys go before low ones": {
    add: (queue) => (queue.add("low", { priority: "low" }), queue.add("high")),
    keys: ["high", "low"],
  },
  "a low key that becomes high goes up": {
    add: (queue) => {
      for (const key of ["l1", "l2"]) queue.add(key, { priority: "low" });
      queue.add("h");
      queue.add("l2");
    },
    keys: ["h", "l2", "l1"],
  },
  "a high key that is added as low stays up": {
    add: (queue) => {
      queue.add("l", { priority: "low" });
      queue.add("h");
      queue.add("h", { priority: "low" });
    },
    keys: ["h", "l"],
  },
  "a delayed high key that is added as low is high": {
    add: (queue) => {
      queue.add("l", { priority: "low" });
      queue.add("h", { afterMs: 1_000 });
      queue.add("h", { priority: "low" });
    },
    keys: ["h", "l"],
  },
  "a wait that is over is no wait": {
    add: (queue) => queue.add("a", { afterMs: -5 }),
    keys: ["a"],
  },
};

for (const [fact, { add, keys }] of Object.entries(orders)) {
  Deno.test(fact, async () => {
    using world = new QueueWorld();
    add(world.queue);
    assert.equal(world.queue.depth, keys.length);
    assert.deepEqual(await world.drain(), keys);
  });
}

Deno.test("two workers never get the same key; one that is added meanwhile runs once more", async () => {
  using world = new QueueWorld();
  const { queue } = world;
  queue.add("a");
  const first = world.ask();
  await first.asked;
  for (let times = 0; times < 3; times++) queue.add("a");
  const second = world.ask();
  await settle();
  assert.deepEqual([first.key, second.key], ["a", undefined]);
  queue.done("a");
  await settle();
  assert.equal(second.key, "a");
  queue.done("a");
  assert.equal(queue.depth, 0);
});

Deno.test("a key that is worked on does not hold up the keys behind it", async () => {
  using world = new QueueWorld();
  const { queue } = world;
  queue.add("a");
  await world.ask().asked;
  queue.add("a");
  queue.add("b", { priority: "low" });
  const other = world.ask();
  await settle();
  assert.equal(other.key, "b");
});

Deno.test("keys that come go to workers that wait, in the order in which they asked", async () => {
  using world = new QueueWorld();
  const workers = [world.ask(), world.ask()];
  world.queue.add("a");
  world.queue.add("b");
  await settle();
  assert.deepEqual(workers.map(({ key }) => key), ["a", "b"]);
});

const delays: Record<string, { add: (queue: WorkQueue) => void; at: number }> = {
  "a delayed key comes at its time": { add: (queue) => queue.add("a", { afterMs: 500 }), at: 500 },
  "a later delay does not put off a sooner one": {
    add: (queue) => (queue.add("a", { afterMs: 500 }), queue.add("a", { afterMs: 9_000 })),
    at: 500,
  },
  "a sooner delay takes the place of a later one": {
    add: (queue) => (queue.add("a", { afterMs: 9_000 }), queue.add("a", { afterMs: 500 })),
    at: 500,
  },
  "a delay of months is not cut short to nothing": {
    add: (queue) => queue.add("a", { afterMs: 90 * DAY_MS }),
    at: 2 ** 31 - 1,
  },
  "a delay without end does not fire at once": {
    add: (queue) => queue.add("a", { afterMs: Infinity }),
    at: 2 ** 31 - 1,
  },
};

for (const [fact, { add, at }] of Object.entries(delays)) {
  Deno.test(fact, async () => {
    using world = new QueueWorld();
    add(world.queue);
    await world.time.advance(at - 1);
    assert.equal(world.queue.depth, 0);
    await world.time.advance(1);
    assert.deepEqual(await world.drain(), ["a"]);
    assert.equal(world.time.waiting, 0);
  });
}

Deno.test("of two delays the higher priority is kept, whichever came first", async () => {
  for (const priorities of [["high", "low"], ["low", "high"]] as const) {
    using world = new QueueWorld();
    world.queue.add("other", { priority: "low", afterMs: 100 });
    for (const priority of priorities) world.queue.add("a", { priority, afterMs: 100 });
    await world.time.advance(100);
    assert.deepEqual(await world.drain(), ["a", "other"]);
  }
});

Deno.test("a delay that is added while the key is ready says nothing", async () => {
  using world = new QueueWorld();
  world.queue.add("a");
  world.queue.add("a", { afterMs: 100 });
  assert.deepEqual(await world.drain(), ["a"]);
  await world.time.advance(1_000);
  assert.equal(world.queue.depth, 0);
});

Deno.test("a fresh event ends the wait of a key that failed", async () => {
  using world = new QueueWorld();
  world.queue.retry("a");
  world.queue.add("a");
  assert.deepEqual(await world.drain(), ["a"]);
  assert.equal(world.time.waiting, 0);
});

Deno.test("retries wait 1 s, doubling to 5 min; forget starts anew; keys do not share their waits", () => {
  using world = new QueueWorld();
  const { queue } = world;
  const waits = Array.from({ length: 11 }, () => queue.retry("a"));
  assert.deepEqual(waits.slice(0, 9), [1, 2, 4, 8, 16, 32, 64, 128, 256].map((seconds) => seconds * 1_000));
  assert.deepEqual(waits.slice(9), [300_000, 300_000]);
  assert.equal(queue.retry("b"), 1_000);
  queue.forget("a");
  assert.equal(queue.retry("a"), 1_000);
});

Deno.test("half of a retry's wait is jitter, and a retry is of low priority", async () => {
  using world = new QueueWorld({ random: () => 0 });
  assert.equal(world.queue.retry("a"), 500);
  world.queue.add("b", { afterMs: 500 });
  await world.time.advance(500);
  assert.deepEqual(await world.drain(), ["b", "a"]);
});

Deno.test("a key that failed ten thousand times still has a wait", () => {
  using world = new QueueWorld();
  for (let times = 0; times < 10_000; times++) world.queue.retry("a");
  assert.equal(world.queue.retry("a"), 300_000);
});

Deno.test("a storm of high keys does not starve low ones", async () => {
  using world = new QueueWorld();
  const { queue } = world;
  queue.add("low", { priority: "low" });
  const got: string[] = [];
  for (let turn = 0; turn < 30; turn++) {
    queue.add(`high-${turn}`);
    queue.add(`high-${turn}-too`);
    const key = await queue.get() as string;
    got.push(key);
    queue.done(key);
  }
  assert.equal(got.indexOf("low"), 9);
});

Deno.test("a closed queue sends its workers home, gives no key, takes none, and has no timers", async () => {
  using world = new QueueWorld();
  const { queue, time } = world;
  const waiting = queue.get();
  queue.add("delayed", { afterMs: 10 });
  queue.close();
  queue.add("late");
  queue.add("late", { afterMs: 10 });
  queue.retry("late");
  assert.deepEqual([await waiting, await queue.get()], [undefined, undefined]);
  assert.deepEqual([queue.depth, time.waiting], [0, 0]);
});

Deno.test("a closed queue does not hand out what was ready, and lets running keys end", async () => {
  using world = new QueueWorld();
  const { queue } = world;
  queue.add("a");
  queue.add("b");
  assert.equal(await queue.get(), "a");
  queue.close();
  queue.done("a");
  assert.equal(await queue.get(), undefined);
});
