import assert from "node:assert/strict";
import { Candidate } from "./lease_candidate.ts";
import { LeaseServer, type Network } from "./lease_server.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

/** A server, a clock and candidates. */
class World implements AsyncDisposable {
  readonly time = new VirtualTime();
  readonly server = new LeaseServer();
  readonly candidates: Candidate[] = [];
  readonly #timers = this.time.installTimers();

  add(name: string): Candidate {
    const candidate = new Candidate(this.server, { name, time: this.time });
    this.candidates.push(candidate);
    return candidate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.candidates) {
      each.finish();
      await each.stop();
    }
    await this.time.advance(60_000);
    this.#timers[Symbol.dispose]();
  }
}

Deno.test("a lease that is not there is made, and held", async () => {
  await using world = new World();
  const a = world.add("a");
  assert.equal(a.lease.mayMutate(), false);
  await a.start();
  assert.deepEqual([a.working, a.lease.mayMutate(), world.server.writes], [true, true, ["a POST a"]]);
  const { spec } = world.server.lease;
  assert.deepEqual([spec.leaseDurationSeconds, spec.leaseTransitions], [15, 0]);
  assert.match(spec.renewTime, /^2026-01-01T00:00:00\.000000Z$/);
});

Deno.test("a lease is renewed every two seconds, as long as it is held", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  const { acquireTime } = world.server.lease.spec;
  await world.time.advance(20_000);
  assert.equal(world.server.writes.length, 11);
  assert.ok(a.working && a.lease.mayMutate());
  assert.equal(world.server.lease.spec.acquireTime, acquireTime);
  assert.match(world.server.lease.spec.renewTime, /00:00:20/);
});

Deno.test("a lease that another holds and renews is never taken", async () => {
  await using world = new World();
  const [a, b] = [world.add("a"), world.add("b")];
  await a.start();
  await b.start();
  await world.time.advance(600_000);
  assert.deepEqual([a.working, b.working, b.lease.mayMutate()], [true, false, false]);
  assert.equal(b.log.count("INFO", "Waiting for the lease"), 1);
});

Deno.test("a lease expires by the candidate's own clock, from when it last saw a change", async () => {
  await using world = new World();
  // By the record's own times it expired years ago, or will not for years.
  for (const renewTime of ["2001-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z"]) {
    world.server.put({ holderIdentity: "gone", renewTime, leaseTransitions: 4 });
    const b = world.add("b");
    await b.start();
    await world.time.advance(14_900);
    assert.equal(b.working, false);
    await world.time.advance(2_100);
    assert.equal(b.working, true);
    assert.equal(world.server.lease.spec.leaseTransitions, 5);
    await b.stop();
  }
});

Deno.test("jumps of the wall clock do not matter", async () => {
  await using world = new World();
  const [a, b] = [world.add("a"), world.add("b")];
  await a.start();
  await b.start();
  for (const jump of [3_600_000, -7_200_000, 86_400_000, -1]) {
    world.time.wallOffset += jump;
    await world.time.advance(10_000);
    assert.deepEqual([a.working, a.lease.mayMutate(), b.working], [true, true, false]);
  }
});

const failures: Network[] = ["refused", "hangs", "deaf", "forbidden"];

for (const network of failures) {
  Deno.test(`a leader whose network is ${network} loses the lease at its deadline, not later`, async () => {
    await using world = new World();
    const a = world.add("a");
    await a.start();
    await world.time.advance(5_000);
    const renewed = 4_000;
    a.client.network = network;
    // Requests that arrive renew at the server, but the leader does not know.
    await world.time.advance(renewed + 10_000 - 5_000 - 1);
    assert.deepEqual([a.told, a.lease.mayMutate()], [false, true]);
    await world.time.advance(1);
    assert.deepEqual([a.told, a.outcome, a.lease.mayMutate()], [true, "lost", false]);
  });
}

Deno.test("the deadline counts from before a request whose answer was slow", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  a.client.network = "slow";
  // Sent at 2 s, through at 6 s.
  await world.time.advance(6_000);
  assert.deepEqual(world.server.writes, ["a POST a", "a PUT a"]);
  a.client.network = "refused";
  await world.time.advance(5_999);
  assert.deepEqual([a.told, a.lease.mayMutate()], [false, true]);
  await world.time.advance(1);
  assert.deepEqual([a.told, a.lease.mayMutate()], [true, false]);
});

Deno.test("failures that end before the deadline cost nothing", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  for (const network of failures) {
    a.client.network = network;
    await world.time.advance(6_000);
    a.client.network = "up";
    await world.time.advance(5_000);
  }
  assert.deepEqual([a.working, a.told, a.lease.mayMutate()], [true, false, true]);
});

Deno.test("a leader that sees another holder stops at once", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  world.server.put({ holderIdentity: "b" });
  await world.time.advance(2_000);
  assert.deepEqual([a.outcome, a.lease.mayMutate()], ["lost", false]);
});

Deno.test("a leader that wakes from a freeze has lost, even if the lease is free again", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  world.time.freeze(60_000);
  assert.equal(a.lease.mayMutate(), false, "before anything ran");
  world.server.put({ holderIdentity: "", leaseTransitions: 2 });
  await world.time.advance(0);
  assert.deepEqual([a.outcome, a.lease.mayMutate()], ["lost", false]);
  assert.equal(world.server.lease.spec.holderIdentity, "");
});

Deno.test("a lease that somebody held and gave back meanwhile is lost", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  world.server.put({ holderIdentity: "" });
  await world.time.advance(2_000);
  assert.equal(a.outcome, "lost");
});

Deno.test("a lease that somebody deleted is made again", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start();
  world.server.delete();
  await world.time.advance(2_000);
  assert.deepEqual([a.working, world.server.lease.spec.holderIdentity], [true, "a"]);
});

Deno.test("the lease is renewed while the work drains, and released only then", async () => {
  await using world = new World();
  const a = world.add("a");
  await a.start({ lingers: true });
  await a.stop();
  await world.time.advance(25_000);
  assert.deepEqual([a.working, a.lease.mayMutate(), a.outcome], [true, true, undefined]);
  assert.equal(world.server.lease.spec.holderIdentity, "a");
  a.finish();
  await settle();
  assert.deepEqual([a.outcome, a.lease.mayMutate()], ["released", false]);
  assert.deepEqual([world.server.lease.spec.holderIdentity, world.server.lease.spec.leaseDurationSeconds], ["", 1]);
});

Deno.test("a candidate takes a lease that is released at once", async () => {
  await using world = new World();
  const [a, b] = [world.add("a"), world.add("b")];
  await a.start();
  await b.start();
  await world.time.advance(4_500);
  await a.stop();
  await settle();
  assert.deepEqual([a.outcome, b.working], ["released", true]);
});

Deno.test("work that rejects keeps the lease until it expires, for it may go on", async () => {
  await using world = new World();
  const a = world.add("a");
  const problem = new Error("Stuck");
  const outcome = a.lease.hold(new AbortController().signal, () => Promise.reject(problem));
  await assert.rejects(outcome, problem);
  assert.equal(world.server.lease.spec.holderIdentity, "a");
});

Deno.test("a candidate that is stopped while it waits holds nothing and leaves no timer", async () => {
  await using world = new World();
  world.server.put({ holderIdentity: "other" });
  const b = world.add("b");
  await b.start();
  await b.stop();
  assert.deepEqual([b.outcome, b.working, world.server.writes, world.time.waiting], ["released", false, [], 0]);
});

Deno.test("a candidate that is stopped while it takes the lease gives it back and does not work", async () => {
  await using world = new World();
  const a = world.add("a");
  a.client.network = "slow";
  await a.start();
  await world.time.advance(3_000);
  await a.stop();
  a.client.network = "up";
  await world.time.advance(5_000);
  assert.deepEqual([a.outcome, a.working, a.told], ["released", false, false]);
  assert.deepEqual(world.server.writes, ["a POST a", "a PUT -"]);
});

Deno.test("a candidate that may neither read nor write says so once, and does not storm the server", async () => {
  await using world = new World();
  const a = world.add("a");
  a.client.network = "forbidden";
  await a.start();
  await world.time.advance(60_000);
  assert.ok(a.client.requests <= 31, `${a.client.requests} requests`);
  assert.equal(a.log.count("WARNING", "Not allowed to take the Lease: bind the chart's role for it"), 1);
});
