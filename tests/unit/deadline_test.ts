import assert from "node:assert/strict";
import { Deadline } from "../../lib/deadline.ts";
import { VirtualTime } from "./kube/virtual_time.ts";

const late = new Error("Late");

Deno.test("a deadline aborts with its reason when its time is over, and not before", async () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const deadline = new Deadline();
  deadline.arm(100, () => late);
  await time.advance(99);
  assert.ok(!deadline.signal.aborted);
  await time.advance(1);
  assert.equal(deadline.signal.reason, late);
});

Deno.test("arming again puts a deadline off", async () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const deadline = new Deadline();
  deadline.arm(100, () => late);
  await time.advance(99);
  deadline.arm(100, () => late);
  await time.advance(99);
  assert.ok(!deadline.signal.aborted);
  assert.equal(time.waiting, 1);
  deadline.end();
});

Deno.test("a deadline aborts with its parent, for the parent's reason, and its timer goes", () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const parent = new AbortController();
  const deadline = new Deadline(parent.signal);
  deadline.arm(100, () => late);
  parent.abort("stop");
  assert.deepEqual([deadline.signal.reason, time.waiting], ["stop", 0]);
});

Deno.test("a deadline of a parent that has aborted has aborted", () => {
  assert.equal(new Deadline(AbortSignal.abort("stop")).signal.reason, "stop");
});

Deno.test("a deadline that ended lets go of its parent and its timer, and aborts no more", async () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const parent = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = parent.signal;
  parent.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(parent.signal, args);
  };
  parent.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(parent.signal, args);
  };
  const deadline = new Deadline(parent.signal);
  deadline.arm(100, () => late);
  deadline.end();
  assert.deepEqual([listeners, time.waiting], [0, 0]);
  parent.abort();
  await time.advance(1_000);
  assert.ok(!deadline.signal.aborted);
});

Deno.test("a time that no timer can count does not pass at once", async () => {
  const time = new VirtualTime();
  using _timers = time.installTimers();
  const deadline = new Deadline();
  deadline.arm(2 ** 40, () => late);
  await time.advance(2 ** 31 - 2);
  assert.ok(!deadline.signal.aborted);
  deadline.end();
});
