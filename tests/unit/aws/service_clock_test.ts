import assert from "node:assert/strict";
import { ServiceClock } from "../../../lib/aws/service_clock.ts";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { withConnection } from "./connected.ts";
import { VirtualClock } from "./virtual_clock.ts";

const HOUR = 3_600_000;

interface Heard {
  /** The service's clock against ours when it answers, milliseconds. */
  readonly aheadMs: number;
  readonly tookMs?: number;
  readonly headers?: Record<string, string>;
}

/** Listens to answers, one after the other; how far the service is ahead by them. */
async function heard(...answers: readonly Heard[]): Promise<number> {
  const clock = new VirtualClock();
  const service = new ServiceClock(clock);
  for (const { aheadMs, tookMs = 0, headers = { "x-amzn-requestid": "1" } } of answers) {
    const handle = async (_request: unknown) => {
      const date = new Date(clock.now() + aheadMs).toUTCString();
      await clock.advance(tookMs);
      return { response: { statusCode: 200, headers: { date, ...headers } } };
    };
    await service.listening({ handle }).handle({ method: "POST" });
  }
  return service.aheadMs;
}

const cases: Record<string, { readonly answers: readonly Heard[]; readonly aheadMs: number }> = {
  "is ours before it says anything": { answers: [], aheadMs: 0 },
  "is ours where it is the same": { answers: [{ aheadMs: 0 }], aheadMs: 0 },
  "is ours where its whole seconds could be": { answers: [{ aheadMs: -999 }], aheadMs: 0 },
  "is ours where it said so long before its answer came": { answers: [{ aheadMs: 0, tookMs: 20_000 }], aheadMs: 0 },
  "is ahead": { answers: [{ aheadMs: HOUR }], aheadMs: HOUR },
  "is behind, by a second less for its whole seconds": { answers: [{ aheadMs: -HOUR }], aheadMs: 1_000 - HOUR },
  "is known better by a quick answer than by a slow one": {
    answers: [{ aheadMs: -HOUR, tookMs: 9_000 }, { aheadMs: -HOUR }],
    aheadMs: 1_000 - HOUR,
  },
  "is put right again": { answers: [{ aheadMs: HOUR }, { aheadMs: 0 }], aheadMs: 1_000 },
  "is not what a proxy says": { answers: [{ aheadMs: HOUR, headers: {} }], aheadMs: 0 },
  "is not what cannot be read": {
    answers: [{ aheadMs: HOUR, headers: { "x-amzn-requestid": "1", date: "soon" } }],
    aheadMs: 0,
  },
};

for (const [fact, { answers, aheadMs }] of Object.entries(cases)) {
  Deno.test(`a service's time ${fact}`, async () => assert.equal(await heard(...answers), aheadMs));
}

Deno.test("a connection knows IAM's time from its answers, also from refusals", async () => {
  const clock = () => Date.now() + 25 * HOUR;
  await withConnection({ sandbox: { clock } }, async ({ connection }) => {
    assert.equal(connection.iamAheadMs(), 0);
    await assert.rejects(connection.iam!.send(new ListAccessKeysCommand({ UserName: "nobody" })));
    const off = connection.iamAheadMs() - 25 * HOUR;
    assert.ok(off <= 0 && off > -2_000, `off by ${off} ms`);
  });
});
