import assert from "node:assert/strict";
import fc from "fast-check";
import { Candidate } from "./lease_candidate.ts";
import { LeaseServer, type Network } from "./lease_server.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

const networks: Network[] = ["up", "up", "refused", "hangs", "deaf", "slow", "forbidden"];
const who = fc.nat(1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 9_000 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("net" as const), who, network: fc.constantFrom(...networks) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("freeze" as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wall" as const), ms: fc.integer({ min: -1e9, max: 1e9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stop" as const), who }) },
);

Deno.test("of two candidates never both may change anything, and a healthy one leads in the end", async () => {
  let led = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const time = new VirtualTime();
      using _timers = time.installTimers();
      const server = new LeaseServer();
      const candidates: Candidate[] = [];
      const add = async (index: number) => {
        const candidate = new Candidate(server, { name: `${index}-${time.monotonic()}`, time });
        candidates[index] = candidate;
        await candidate.start();
      };
      const check = () => {
        const able = candidates.filter(({ lease }) => lease.mayMutate());
        assert.ok(able.length <= 1, `${able.length} may change things at ${time.monotonic()}`);
        led += able.length;
      };
      /** Looks at each moment at which anything can happen. */
      const wait = async (ms: number) => {
        const end = time.monotonic() + ms;
        while (time.monotonic() < end) {
          const next = Math.min(time.untilNext ?? Infinity, end - time.monotonic());
          await time.advance(next);
          check();
        }
      };
      /** A process that ended is started anew, under another name. */
      const restart = async () => {
        for (const [index, { outcome }] of candidates.entries()) if (outcome !== undefined) await add(index);
      };
      await add(0);
      await add(1);
      for (const each of steps) {
        const candidate = "who" in each ? candidates[each.who] : undefined;
        if (each.do === "wait") await wait(each.ms);
        if (each.do === "net" && candidate) candidate.client.network = each.network;
        if (each.do === "freeze") time.freeze(each.ms);
        if (each.do === "wall") time.wallOffset += each.ms;
        if (each.do === "stop") await candidate?.stop();
        check();
        await restart();
      }
      for (const { client } of candidates) client.network = "up";
      await wait(20_000);
      await restart();
      await wait(20_000);
      assert.equal(candidates.filter(({ working }) => working).length, 1, "one leads");
      for (const candidate of candidates) await candidate.stop();
      await wait(20_000);
      await settle();
      assert.deepEqual(candidates.map(({ outcome }) => outcome), ["released", "released"]);
    }),
    { numRuns: 60, seed: 4_711 },
  );
  assert.ok(led > 1_000, `led at ${led} moments`);
});
