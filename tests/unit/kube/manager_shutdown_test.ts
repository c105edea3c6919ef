import assert from "node:assert/strict";
import { ManagerWorld } from "./manager_world.ts";
import { Gate } from "./thing_reconciler.ts";
import { settle } from "./virtual_time.ts";

/** Two objects, of which the first's reconcile waits at a gate; one worker. */
async function busy(options: { leased?: boolean; drainMs?: number } = {}) {
  const world = new ManagerWorld({ concurrency: 1, ...options });
  const gate = new Gate();
  for (const name of ["a", "b"]) world.cluster.put("things", name);
  world.things.act = () => gate.passed.then(() => "never" as const);
  await world.start();
  assert.deepEqual(world.things.runs, ["team-a/a"]);
  return { world, gate };
}

Deno.test("at a stop the running reconcile ends, no other key starts, and the manager is not ready", async () => {
  const { world, gate } = await busy();
  await using _world = world;
  assert.ok(world.manager.ready());
  await world.stop();
  assert.deepEqual([world.manager.ready(), world.outcome], [false, undefined]);
  world.manager.enqueue("Thing", "team-a/late");
  gate.open();
  await settle();
  assert.deepEqual([world.outcome, world.things.runs], ["stopped", ["team-a/a"]]);
  assert.equal(world.things.contexts[0]?.signal.aborted, false);
});

Deno.test("a reconcile that goes on longer than the drain time is aborted", async () => {
  const { world } = await busy({ drainMs: 30_000 });
  await using _world = world;
  world.things.contexts[0]?.signal.addEventListener("abort", () => world.things.act = () => "never");
  await world.stop();
  await world.time.advance(29_999);
  assert.equal(world.things.contexts[0]?.signal.aborted, false);
  await world.time.advance(1);
  assert.match(String(world.things.contexts[0]?.signal.reason), /Shutdown took too long/);
});

Deno.test("a reconcile that ignores its signal does not hold the shutdown, and keeps the lease", async () => {
  const { world } = await busy({ leased: true, drainMs: 30_000 });
  await using _world = world;
  await world.stop();
  await world.time.advance(34_999);
  assert.equal(world.outcome, undefined);
  await world.time.advance(1);
  assert.match(String(world.outcome), /went on although/);
  assert.equal(world.cluster.leases.lease.spec.holderIdentity, "me");
});

Deno.test("the lease is renewed while the workers drain, and released after them", async () => {
  const { world, gate } = await busy({ leased: true });
  await using _world = world;
  await world.stop();
  await world.time.advance(20_000);
  assert.ok(world.manager.mayMutate());
  assert.equal(world.cluster.leases.lease.spec.holderIdentity, "me");
  gate.open();
  await settle();
  assert.equal(world.outcome, "stopped");
  assert.equal(world.cluster.leases.lease.spec.holderIdentity, "");
});

Deno.test("a lost lease aborts what runs, at once, and ends the manager as lost", async () => {
  const { world } = await busy({ leased: true });
  await using _world = world;
  let aborted = 0;
  world.things.contexts[0]?.signal.addEventListener("abort", () => aborted = world.time.monotonic());
  world.things.act = () => "never";
  world.cluster.leaseNetwork.network = "refused";
  await world.time.advance(15_000);
  assert.ok(aborted > 0 && aborted <= 10_100, `aborted at ${aborted}`);
  assert.equal(world.manager.mayMutate(), false);
  assert.deepEqual([world.outcome, world.things.runs], ["lost", ["team-a/a"]]);
});

Deno.test("a candidate fills its stores and is ready, but reconciles nothing before it leads", async () => {
  await using world = new ManagerWorld({ leased: true });
  world.cluster.leases.put({ holderIdentity: "other" });
  world.cluster.put("things", "a");
  await world.start();
  await world.time.advance(5_000);
  assert.deepEqual([world.manager.ready(), world.manager.mayMutate(), world.things.runs], [true, false, []]);
  assert.equal(world.stores.of("Thing").list().length, 1);
  world.cluster.leases.put({ holderIdentity: "" });
  await settle();
  assert.deepEqual([world.manager.mayMutate(), world.things.runs], [true, ["team-a/a"]]);
});

Deno.test("a manager that is stopped before it is synced ends", async () => {
  await using world = new ManagerWorld({ leased: true });
  world.cluster.down.add("things");
  await world.start();
  await world.stop();
  assert.deepEqual([world.outcome, world.cluster.leases.writes], ["stopped", []]);
});

Deno.test("a manager that is stopped while it takes the lease ends, and works on nothing", async () => {
  await using world = new ManagerWorld({ leased: true });
  world.cluster.put("things", "a");
  world.cluster.leaseNetwork.network = "slow";
  await world.start();
  await world.stop();
  await world.time.advance(20_000);
  assert.deepEqual([world.outcome, world.things.runs], ["stopped", []]);
  assert.ok(!world.cluster.leases.lease?.spec.holderIdentity);
});

Deno.test("a manager that was stopped before it started ends", async () => {
  await using world = new ManagerWorld();
  await world.stop();
  await world.start();
  assert.deepEqual([world.outcome, world.manager.ready()], ["stopped", false]);
});
