import assert from "node:assert/strict";
import fc from "fast-check";
import { WorkQueue } from "../../../lib/kube/work_queue.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

const key = fc.constantFrom("a", "b", "c");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), key, low: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("delay" as const), key, ms: fc.integer({ min: 1, max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("retry" as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("finish" as const), index: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 60 }) }) },
);

Deno.test("no key runs twice at once, none is lost, and none comes before its time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (steps, workers) => {
      const time = new VirtualTime();
      using _timers = time.installTimers();
      const queue = new WorkQueue({ now: () => time.monotonic(), random: () => 1, baseMs: 10, mostMs: 80 });
      const running: string[] = [];
      const broken: string[] = [];
      /** Adds that no run has served yet: the time at which the key is due. */
      const owed = new Map<string, number>();
      const owe = (key: string, at: number) => owed.set(key, Math.min(at, owed.get(key) ?? Infinity));
      const ask = async () => {
        const key = await queue.get();
        if (key === undefined) return;
        if (running.includes(key)) broken.push(`${key} runs twice`);
        if (!((owed.get(key) ?? Infinity) <= time.monotonic())) broken.push(`${key} came early or unasked`);
        owed.delete(key);
        running.push(key);
      };
      const finish = async (index: number) => {
        const [key] = running.splice(index % Math.max(1, running.length), 1);
        if (key === undefined) return;
        queue.done(key);
        void ask();
        await settle();
      };
      for (let worker = 0; worker < workers; worker++) void ask();
      for (const each of steps) {
        if (each.do === "add") {
          owe(each.key, time.monotonic());
          queue.add(each.key, { priority: each.low ? "low" : "high" });
        }
        if (each.do === "delay") {
          owe(each.key, time.monotonic() + each.ms);
          queue.add(each.key, { afterMs: each.ms });
        }
        if (each.do === "retry") owe(each.key, time.monotonic() + queue.retry(each.key));
        if (each.do === "finish") await finish(each.index);
        if (each.do === "wait") await time.advance(each.ms);
        await settle();
        assert.deepEqual(broken, []);
        const due = [...owed].filter(([key, at]) => at <= time.monotonic() && !running.includes(key));
        assert.ok(running.length === workers || due.length === 0, `idle workers, and ${due} is due`);
      }
      await time.advance(200);
      while (running.length > 0) await finish(0);
      assert.deepEqual([broken, [...owed]], [[], []], "a key was lost");
      queue.close();
    }),
    { numRuns: 150, seed: 20_260_101 },
  );
});
