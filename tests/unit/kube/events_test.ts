import assert from "node:assert/strict";
import type { Kube } from "../../../lib/kube/api.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { Recorder } from "../../../lib/kube/events.ts";
import type { Loose } from "../../loose.ts";
import { KeptLog, thing } from "./collaborators.ts";
import { Gate } from "./thing_reconciler.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

const note = { type: "Normal", reason: "BucketCreated", note: "Created the bucket" } as const;

/** A recorder over a server that keeps what it is sent. */
class World {
  readonly time = new VirtualTime();
  readonly log = new KeptLog();
  readonly created: Loose[] = [];
  readonly repeated: Loose[] = [];
  /** Called before each write. */
  before: () => Promise<void> = () => Promise.resolve();
  readonly recorder: Recorder;

  constructor() {
    const write = async (list: Loose[], what: unknown) => {
      await this.before();
      list.push(what);
      return {};
    };
    const kube = {
      create: (_type: unknown, draft: unknown) => write(this.created, draft),
      mergePatch: (_type: unknown, { name }: Loose, { series }: Loose) => write(this.repeated, { name, ...series }),
    } as unknown as Kube;
    const instance = `pod_${"x".repeat(200)}`;
    this.recorder = new Recorder({ kube, controller: "op", instance, log: this.log, clock: this.time });
  }

  async emit(object = thing("a"), event: Parameters<Recorder["emit"]>[1] = note): Promise<void> {
    this.recorder.emit(object, event);
    await settle();
  }
}

Deno.test("an Event names its object, its reason and who reports it", async () => {
  const world = new World();
  await world.emit(thing("a", { version: 7 }));
  const [{ metadata, ...event }] = world.created;
  assert.equal(metadata.namespace, "team-a");
  assert.deepEqual(event, {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "op",
    reportingInstance: `pod_${"x".repeat(124)}`,
    action: "Reconcile",
    ...note,
    regarding: {
      apiVersion: "test.dev/v1",
      kind: "Thing",
      name: "a",
      namespace: "team-a",
      uid: "uid-a",
      resourceVersion: "7",
    },
  });
});

Deno.test("an Event that repeats becomes a series with its count and its last time", async () => {
  const world = new World();
  await world.emit();
  await world.time.advance(60_000);
  await world.emit();
  await world.emit();
  assert.equal(world.created.length, 1);
  const { name } = world.created[0].metadata;
  const lastObservedTime = "2026-01-01T00:01:00.000000Z";
  assert.deepEqual(world.repeated, [{ name, count: 2, lastObservedTime }, { name, count: 3, lastObservedTime }]);
});

Deno.test("repetitions that come while one is queued are sent as one", async () => {
  const world = new World();
  const gate = new Gate();
  world.before = () => gate.passed;
  for (let times = 0; times < 500; times++) world.recorder.emit(thing("a"), note);
  gate.open();
  await settle();
  assert.deepEqual([world.created.length, world.repeated.map(({ count }) => count)], [1, [500]]);
});

const apart: Record<string, [object?: ReturnType<typeof thing>, event?: Parameters<Recorder["emit"]>[1]]> = {
  "another object": [thing("b")],
  "another object of the same name": [thing("a", { uid: "another" })],
  "another reason": [thing("a"), { ...note, reason: "BucketUpdated" }],
  "another type": [thing("a"), { ...note, type: "Warning" }],
  "another note": [thing("a"), { ...note, note: "Something else" }],
};

for (const [what, args] of Object.entries(apart)) {
  Deno.test(`${what} is another Event`, async () => {
    const world = new World();
    await world.emit();
    await world.emit(...args);
    assert.deepEqual([world.created.length, world.repeated.length], [2, 0]);
  });
}

Deno.test("six minutes without a repetition end a series", async () => {
  const world = new World();
  await world.emit();
  await world.time.advance(359_999);
  await world.emit();
  await world.time.advance(359_999);
  await world.emit();
  assert.deepEqual([world.created.length, world.repeated.length], [1, 2]);
  await world.time.advance(360_000);
  await world.emit();
  assert.equal(world.created.length, 2);
});

Deno.test("a series that never ends does not keep those behind it in memory", async () => {
  const world = new World();
  await world.emit();
  await world.emit(thing("b"));
  for (let times = 0; times < 3; times++) {
    await world.time.advance(300_000);
    await world.emit();
  }
  await world.emit(thing("b"));
  assert.deepEqual(world.created.map(({ regarding }) => regarding.name), ["a", "b", "b"]);
});

const notes: Record<string, { text: string; sent: string }> = {
  "a short note is kept": { text: "short", sent: "short" },
  "a note of 1024 bytes is kept": { text: "x".repeat(1_024), sent: "x".repeat(1_024) },
  "a longer note is cut": { text: "x".repeat(5_000), sent: "x".repeat(1_024) },
  "a note is cut by bytes, at a character": { text: "€".repeat(400), sent: "€".repeat(341) },
  "a note is not cut inside a surrogate pair": { text: "a" + "𝄞".repeat(300), sent: "a" + "𝄞".repeat(255) },
};

for (const [fact, { text, sent }] of Object.entries(notes)) {
  Deno.test(fact, async () => {
    const world = new World();
    await world.emit(thing("a"), { ...note, note: text });
    assert.equal(world.created[0].note, sent);
  });
}

Deno.test("an Event's name is valid and its own, whatever the object's name", async () => {
  const names = ["a", "x".repeat(253), `${"x".repeat(199)}.y`, `${"x".repeat(198)}--.y`, "a.b-c"];
  for (const name of names) {
    const world = new World();
    await world.emit(thing(name));
    await world.emit(thing(name), { ...note, reason: "BucketUpdated" });
    const made: string[] = world.created.map(({ metadata }) => metadata.name);
    assert.equal(new Set(made).size, 2);
    for (const each of made) {
      assert.ok(each.length <= 253);
      assert.match(each, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    }
  }
});

Deno.test("a server that does not answer holds no more than a thousand Events, and the loss is told", async () => {
  const world = new World();
  const gate = new Gate();
  world.before = () => gate.passed;
  for (let index = 0; index < 3_000; index++) world.recorder.emit(thing(`t${index}`), note);
  assert.equal(world.log.lines.length, 1);
  gate.open();
  await settle();
  assert.equal(world.created.length, 1_000);
  assert.deepEqual(world.log.lines.map(({ message, fields }) => [message, fields["dropped"]]), [
    ["Events are dropped: the API server does not keep up", undefined],
    ["Events were dropped", 2_000],
  ]);
  await world.emit(thing("t2999"));
  assert.equal(world.created.length, 1_001, "what was dropped is sent when it happens again");
});

Deno.test("an Event that could not be recorded neither throws nor stops the next, and is made when it repeats", async () => {
  const world = new World();
  world.before = () => Promise.reject(new KubeError(403, "Forbidden", "no"));
  await world.emit();
  assert.equal(world.log.count("DEBUG", "Event not recorded"), 1);
  world.before = () => Promise.resolve();
  await world.emit(thing("b"));
  await world.emit();
  assert.deepEqual(world.created.map(({ regarding }) => regarding.name), ["b", "a"]);
});

Deno.test("an Event that somebody deleted is made anew when it repeats", async () => {
  const world = new World();
  await world.emit();
  world.before = () => Promise.reject(new KubeError(404, "NotFound", "gone"));
  await world.emit();
  world.before = () => Promise.resolve();
  await world.emit();
  assert.deepEqual([world.created.length, world.repeated.length], [2, 0]);
});

Deno.test("flush waits for what is queued", async () => {
  const world = new World();
  const gate = new Gate();
  world.before = () => gate.passed;
  world.recorder.emit(thing("a"), note);
  let flushed = false;
  const flush = world.recorder.flush(2_000).then(() => flushed = true);
  await world.time.advance(1_999);
  assert.equal(flushed, false);
  gate.open();
  await flush;
  assert.deepEqual([world.created.length, world.time.waiting], [1, 0]);
});

Deno.test("flush ends after its time when the server hangs", async () => {
  const world = new World();
  world.before = () => new Promise(() => {});
  world.recorder.emit(thing("a"), note);
  let flushed = false;
  void world.recorder.flush(2_000).then(() => flushed = true);
  await world.time.advance(2_000);
  assert.ok(flushed);
});

Deno.test("flush of nothing ends at once", async () => {
  const world = new World();
  await world.recorder.flush(2_000);
  assert.equal(world.time.waiting, 0);
});
