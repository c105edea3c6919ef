import assert from "node:assert/strict";
import { complaints } from "./outcome.ts";
import { parts, SAMPLE, sampledJobs } from "./parts.ts";

for (const part of parts.filter(({ isSeeded }) => !isSeeded)) {
  Deno.test(`a sample of ${part.name}`, async (test) => {
    for (const job of sampledJobs(part)) {
      await test.step(job, async () => {
        for await (const { point, outcome } of part.play(job, SAMPLE)) {
          assert.deepEqual(complaints(outcome), [], `${job}: ${point}\n${outcome.log.slice(-30).join("\n")}`);
        }
      });
    }
  });
}
