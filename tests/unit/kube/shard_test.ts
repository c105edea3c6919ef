import assert from "node:assert/strict";
import type { ReconcileContext } from "../../../lib/kube/reconciler.ts";
import { leaseNameOf, shardOf } from "../../../lib/kube/shard.ts";
import { HAND_OVER_MS } from "../../../lib/kube/sharded.ts";
import { ManagerWorld } from "./manager_world.ts";
import { settle } from "./virtual_time.ts";

const shard = shardOf("shard=a");
const labelled = (value: string) => ({ metadata: { labels: { shard: value } } });

Deno.test("a Lease has the operator's name, and for each selector another one behind it", () => {
  assert.equal(leaseNameOf("op", undefined), "op");
  // sha256sum of the very text, as the chart's `sha256sum | trunc 8` gives it.
  assert.equal(leaseNameOf("op", "shard=a"), "op-3d8dfb26");
  assert.notEqual(leaseNameOf("op", "shard=b"), leaseNameOf("op", "shard=a"));
});

Deno.test("an operator of one shard reconciles its objects alone, and sees the others", async () => {
  await using world = new ManagerWorld({ shard });
  world.cluster.put("things", "mine", labelled("a"));
  world.cluster.put("things", "other", labelled("b"));
  world.cluster.put("things", "none");
  await world.start();
  world.manager.enqueue("Thing", "team-a/other");
  await settle();
  assert.deepEqual(world.taken(), ["Thing/team-a/mine"]);
  assert.deepEqual(world.stores.of("Thing").list().length, 3);
});

Deno.test("an object of another shard wakes what depends on it here, and not itself", async () => {
  await using world = new ManagerWorld({ shard });
  world.cluster.put("owners", "o", labelled("b"));
  world.cluster.put("things", "mine", { ...labelled("a"), spec: { refs: ["Owner/team-a/o"] } });
  world.cluster.put("things", "other", { ...labelled("b"), spec: { refs: ["Owner/team-a/o"] } });
  await world.begin();
  world.cluster.put("owners", "o", { ...labelled("b"), status: { ready: true } });
  await settle();
  assert.deepEqual(world.taken(), ["Thing/team-a/mine"]);
});

Deno.test("an object of another shard is followed where its kind has to", async () => {
  await using world = new ManagerWorld({ shard });
  const followed: string[] = [];
  const follow = ({ metadata }: { readonly metadata: { readonly name: string } }) => {
    followed.push(metadata.name);
    return Promise.resolve({ afterMs: 60_000 });
  };
  Object.assign(world.owners, { follow });
  world.cluster.put("owners", "other", labelled("b"));
  await world.begin();
  await world.time.advance(60_000);
  assert.deepEqual([followed, world.taken()], [["other", "other"], []]);
});

Deno.test("an object that comes from another shard is left alone until that one is through with it", async () => {
  await using world = new ManagerWorld({ shard });
  world.cluster.put("things", "x", labelled("b"));
  await world.begin();
  world.cluster.put("things", "x", labelled("a"));
  await world.time.advance(HAND_OVER_MS - 1_000);
  world.cluster.put("things", "x", { metadata: { ...labelled("a").metadata, generation: 2 } });
  await settle();
  assert.deepEqual(world.taken(), []);
  await world.time.advance(1_000);
  assert.deepEqual([...new Set(world.taken())], ["Thing/team-a/x"]);
});

Deno.test("an object that goes to another shard is not reconciled any more, and what runs is aborted", async () => {
  await using world = new ManagerWorld({ shard });
  let aborted: unknown;
  world.things.reconcile = (_key: string, { signal }: ReconcileContext) =>
    new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        aborted = signal.reason;
        resolve("backoff");
      })
    );
  world.cluster.put("things", "x", labelled("a"));
  await world.start();
  world.cluster.put("things", "x", labelled("b"));
  await settle();
  assert.match(String(aborted), /went to another shard/);
  world.things.reconcile = () => assert.fail("It is another shard's");
  await world.time.advance(600_000);
  assert.equal(world.log.count("ERROR", "Reconciler threw"), 0);
});
