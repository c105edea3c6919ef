import fc from "fast-check";
import assert from "node:assert/strict";
import { Budget } from "../../../lib/aws/budget.ts";
import { settle, VirtualClock } from "./virtual_clock.ts";

const MOST = 2_000;

/** A budget whose tokens are gone and whose rate is one call a second. */
async function exhausted(): Promise<{ readonly clock: VirtualClock; readonly budget: Budget }> {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  await budget.acquire("normal");
  budget.throttled();
  assert.equal(budget.use().perSecond, 1);
  return { clock, budget };
}

/** Sends `calls` calls a second, evenly, for some seconds. */
async function send(budget: Budget, clock: VirtualClock, { calls, seconds }: { calls: number; seconds: number }) {
  for (let sent = 0; sent < calls * seconds; sent++) {
    await budget.acquire("normal");
    await clock.advance(1000 / calls);
  }
}

Deno.test("Budget lets calls through at once while nothing throttles", async () => {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  for (let call = 0; call < MOST; call++) await budget.acquire("normal");
  assert.equal(clock.monotonic(), 0);
  assert.equal(budget.use().perSecond, MOST);
});

Deno.test("Budget.throttled() halves the rate that was used of late", async () => {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  await send(budget, clock, { calls: 100, seconds: 10 });
  budget.throttled();
  assert.ok(budget.use().perSecond > 45 && budget.use().perSecond < 55, `${budget.use().perSecond}`);
});

Deno.test("Budget.throttled() does not count an idle hour into the rate", async () => {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  await clock.advance(3_600_000);
  await send(budget, clock, { calls: 100, seconds: 5 });
  budget.throttled();
  assert.ok(budget.use().perSecond > 45 && budget.use().perSecond < 55, `${budget.use().perSecond}`);
});

Deno.test("Budget takes the refusals of calls that were under way together for one", async () => {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  await send(budget, clock, { calls: 100, seconds: 5 });
  budget.throttled();
  const { perSecond: rate } = budget.use();
  for (let call = 0; call < 16; call++) {
    await clock.advance(10);
    budget.throttled();
  }
  assert.ok(budget.use().perSecond >= rate, `${budget.use().perSecond} is less than ${rate}`);
});

Deno.test("Budget.throttled() halves again when the next second is refused too, never below one call a second", async () => {
  const clock = new VirtualClock();
  const budget = new Budget(clock);
  await send(budget, clock, { calls: 64, seconds: 5 });
  const rates: number[] = [];
  for (let second = 0; second < 12; second++) {
    budget.throttled();
    rates.push(budget.use().perSecond);
    await clock.advance(1_000);
  }
  assert.ok(rates.every((rate, at) => at === 0 || rate < rates[at - 1]! || rate === 1), `${rates}`);
  assert.equal(rates.at(-1), 1);
});

Deno.test("Budget grows back by a tenth a second, to what it was", async () => {
  const { clock, budget } = await exhausted();
  await clock.advance(10_000);
  await budget.acquire("normal");
  assert.ok(Math.abs(budget.use().perSecond - 1.1 ** 10) < 1e-9, `${budget.use().perSecond}`);
  await clock.advance(100_000);
  await budget.acquire("normal");
  assert.equal(budget.use().perSecond, MOST);
});

Deno.test("Budget spreads waiting calls over time by its rate", async () => {
  const { clock, budget } = await exhausted();
  const starts: number[] = [];
  const calls = Array.from({ length: 5 }, () => budget.acquire("normal").then(() => starts.push(clock.monotonic())));
  await clock.advance(10_000);
  await Promise.all(calls);
  const gaps = starts.map((start, at) => start - (starts[at - 1] ?? 0));
  assert.ok(gaps.every((gap) => gap > 600 && gap <= 1_000), `${gaps}`);
});

Deno.test("Budget serves high priority first, each in the order of asking", async () => {
  const { clock, budget } = await exhausted();
  const served: string[] = [];
  const ask = (name: string, priority: "high" | "normal") => budget.acquire(priority).then(() => served.push(name));
  const calls = [ask("n1", "normal"), ask("n2", "normal"), ask("h1", "high"), ask("h2", "high")];
  await clock.advance(10_000);
  await Promise.all(calls);
  assert.deepEqual(served, ["h1", "h2", "n1", "n2"]);
});

Deno.test("Budget.acquire() rejects with the signal's reason when aborted while it waits, and takes nothing", async () => {
  const { clock, budget } = await exhausted();
  const stop = new AbortController();
  const reason = new Error("shutdown");
  const stopped = assert.rejects(budget.acquire("high", stop.signal), reason);
  const next = budget.acquire("normal").then(() => clock.monotonic());
  stop.abort(reason);
  await stopped;
  await clock.advance(1_000);
  assert.ok(await next <= 1_000);
});

Deno.test("Budget.acquire() rejects at once on a signal that is aborted already", async () => {
  const reason = new Error("shutdown");
  await assert.rejects(new Budget(new VirtualClock()).acquire("normal", AbortSignal.abort(reason)), reason);
});

type Event = { readonly do: "ask"; readonly priority: "high" | "normal" } | { readonly do: "abort" | "throttle" } | {
  readonly do: "advance";
  readonly ms: number;
};

const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("ask" as const), priority: fc.constantFrom("high" as const, "normal" as const) }),
    fc.record({ do: fc.constantFrom("abort" as const, "throttle" as const) }),
    fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 3_000 }) }),
  ),
  { maxLength: 60 },
);

Deno.test("Budget loses no waiter, whatever is asked, aborted and throttled", async () => {
  await fc.assert(fc.asyncProperty(events, async (script) => {
    const { clock, budget } = await exhausted();
    const waiting: { stop: AbortController; done: boolean }[] = [];
    for (const event of script) {
      if (event.do === "ask") {
        const call = { stop: new AbortController(), done: false };
        waiting.push(call);
        budget.acquire(event.priority, call.stop.signal).finally(() => (call.done = true)).catch(() => {});
      }
      if (event.do === "abort") waiting.find(({ done }) => !done)?.stop.abort();
      if (event.do === "throttle") budget.throttled();
      if (event.do === "advance") await clock.advance(event.ms);
      await settle();
    }
    await clock.advance((waiting.length + 1) * 1_000);
    assert.ok(waiting.every(({ done }) => done));
    assert.equal(clock.nextWake, undefined);
  }));
});

Deno.test("Budget lets no more calls start than its rate allows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 20_000 }), async (calls, ms) => {
      const { clock, budget } = await exhausted();
      let started = 0;
      const stop = new AbortController();
      for (let call = 0; call < calls; call++) budget.acquire("normal", stop.signal).then(() => started++, () => {});
      await clock.advance(ms);
      // The integral of 1.1^t: what the growing rate gives in all; one token may be there at the start.
      const most = (1.1 ** (ms / 1000) - 1) / Math.log(1.1) + 1;
      assert.ok(started <= most, `${started} started, ${most} allowed`);
      stop.abort();
    }),
  );
});

Deno.test("Budget.use() tells what was let through, what waits, and how often it was cut", async () => {
  const { clock, budget } = await exhausted();
  const stop = new AbortController();
  const waits = [
    budget.acquire("high"),
    budget.acquire("normal", stop.signal),
    budget.acquire("normal", stop.signal),
  ].map((wait) => wait.catch(() => {}));
  assert.deepEqual(budget.use(), { perSecond: 1, waiting: { high: 1, normal: 2 }, admitted: 1, cuts: 1 });
  stop.abort(new Error("Enough"));
  await clock.advance(2_000);
  await Promise.all(waits);
  const { waiting, admitted } = budget.use();
  assert.deepEqual({ waiting, admitted }, { waiting: { high: 0, normal: 0 }, admitted: 2 });
});
