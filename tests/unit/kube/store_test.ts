import assert from "node:assert/strict";
import fc from "fast-check";
import { keyOf } from "../../../lib/kube/object.ts";
import { isNewerVersion, ObjectStore, Stores } from "../../../lib/kube/store.ts";
import { type Thing, thing, thingType } from "./collaborators.ts";

function storeWith(...objects: Thing[]): { store: ObjectStore<Thing>; changes: string[] } {
  const store = new ObjectStore<Thing>();
  for (const object of objects) store.put(object);
  const changes: string[] = [];
  store.onChange = ({ type, object, old, origin }) =>
    changes.push([type, object.metadata.resourceVersion, old?.metadata.resourceVersion, origin].join(" "));
  return { store, changes };
}

const writes: Record<string, { held?: Thing; write: Thing; changes: string[] }> = {
  "an own write that is newer is taken": {
    held: thing("a", { version: 9 }),
    write: thing("a", { version: 10 }),
    changes: ["update 10 9 own"],
  },
  "an own write of the same version is nothing new": {
    held: thing("a", { version: 9 }),
    write: thing("a", { version: 9 }),
    changes: [],
  },
  "an own write that is older is dropped": {
    held: thing("a", { version: 10 }),
    write: thing("a", { version: 9 }),
    changes: [],
  },
  "an own write of another uid is dropped": {
    held: thing("a", { uid: "new" }),
    write: thing("a", { version: 99, uid: "old" }),
    changes: [],
  },
  "an own write of an object that is not there does not bring it back": {
    write: thing("a", { version: 99 }),
    changes: [],
  },
};

for (const [fact, { held, write, changes }] of Object.entries(writes)) {
  Deno.test(fact, () => {
    const world = storeWith(...(held ? [held] : []));
    world.store.written(write);
    assert.deepEqual(world.changes, changes);
  });
}

const versions: Record<string, readonly [string, string, boolean]> = {
  "versions are compared as numbers": ["10", "9", true],
  "long versions are compared exactly": ["90071992547409931", "90071992547409930", true],
  "an older version is not newer": ["9", "10", false],
  "the same version is not newer": ["9", "9", false],
  "a version that is no number counts as newer": ["abc", "9", true],
  "the same version that is no number is not newer": ["abc", "abc", false],
};

for (const [fact, [version, than, newer]] of Object.entries(versions)) {
  Deno.test(fact, () => assert.equal(isNewerVersion(version, than), newer));
}

Deno.test("a removal of another uid is dropped, of the same one it is told with what was held", () => {
  const { store, changes } = storeWith(thing("a", { version: 5 }));
  store.remove(thing("a", { uid: "older" }));
  assert.deepEqual(changes, []);
  store.remove(thing("a", { version: 7 }));
  assert.deepEqual(changes, ["delete 5 5 watch"]);
  assert.equal(store.get("team-a/a"), undefined);
});

Deno.test("managedFields and kubectl's last-applied annotation are dropped, all else stays", () => {
  const { store } = storeWith();
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" };
  store.put(thing("a", { metadata: { annotations, managedFields: [{}], labels: { l: "1" } }, spec: { size: 3 } }));
  const { metadata, spec } = store.get("team-a/a") as Thing;
  assert.ok(!("managedFields" in metadata));
  assert.deepEqual([metadata.annotations, metadata.labels, spec], [{ kept: "yes" }, { l: "1" }, { size: 3 }]);
});

Deno.test("annotations that were all dropped stay an object, so that a patch adds to those of the server", () => {
  const { store } = storeWith();
  store.put(thing("a", { metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } } }));
  assert.deepEqual(store.get("team-a/a")?.metadata.annotations, {});
});

Deno.test("what the store is given is not changed", () => {
  const given = thing("a", { metadata: { managedFields: [{}] } });
  const copy = structuredClone(given);
  storeWith(given);
  assert.deepEqual(given, copy);
});

Deno.test("list() is the same list until something changes", () => {
  const { store } = storeWith(thing("a"));
  const list = store.list();
  assert.equal(store.list(), list);
  store.put(thing("b"));
  assert.deepEqual(store.list().map(({ metadata }) => metadata.name), ["a", "b"]);
  assert.equal(store.list().length, 2);
});

Deno.test("whatever the order of events, an object of a uid never goes back to an older version", () => {
  const event = fc.record({
    name: fc.constantFrom("a", "b"),
    version: fc.integer({ min: 1, max: 20 }),
    origin: fc.constantFrom("watch" as const, "own" as const),
  });
  fc.assert(fc.property(fc.array(event), (events) => {
    const store = new ObjectStore<Thing>();
    const newest = new Map<string, number>();
    for (const { name, version, origin } of events) {
      const object = thing(name, { version });
      const key = keyOf(object.metadata);
      if (origin === "own") store.written(object);
      else store.put(object);
      if (origin === "watch" || newest.has(key)) newest.set(key, Math.max(version, newest.get(key) ?? 0));
    }
    for (const [key, version] of newest) assert.equal(store.get(key)?.metadata.resourceVersion, String(version));
  }));
});

Deno.test("Stores hands writes of its kinds on, ignores others, and knows only its kinds", () => {
  const stores = new Stores([thingType]);
  stores.of("Thing").put(thing("a"));
  stores.written(thingType, thing("a", { version: 2 }));
  stores.written({ ...thingType, kind: "Secret" }, thing("b"));
  assert.equal(stores.of("Thing").get("team-a/a")?.metadata.resourceVersion, "2");
  assert.throws(() => stores.of("Secret"), TypeError);
});
