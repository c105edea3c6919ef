import assert from "node:assert/strict";
import { Orphans, orphansIn } from "../../../handlers/access_key/orphans.ts";
import type { KeyInput } from "../../../handlers/access_key/state.ts";
import { PromMetrics } from "../../../lib/telemetry/metrics.ts";
import { shown } from "../telemetry/shown.ts";
import { input, key, listed, overlapping } from "./inputs.ts";

const ORPHANS: Readonly<Record<string, readonly [input: KeyInput, count: number]>> = {
  "the key in use is none": [input(), 0],
  "a retired key in its overlap is none": [overlapping(), 0],
  "a key that is being proven is none": [
    input({ next: { kind: "pair", id: "NEW", ledger: [key("NEW")] }, iam: { app: [listed("CUR"), listed("NEW")] } }),
    0,
  ],
  "a key whose Secret is still to be written is none": [
    input({ fresh: key("NEW"), iam: { app: [listed("CUR"), listed("NEW")] } }),
    0,
  ],
  "a key of another AccessKey is none": [
    input({ recordedElsewhere: ["ELSE"], iam: { app: [listed("CUR"), listed("ELSE")] } }),
    0,
  ],
  "a key that nothing records is one": [input({ iam: { app: [listed("CUR"), listed("LEAKED")] } }), 1],
  "an inactive one is one too, and one of a former user": [
    input({ iam: { app: [listed("LEAKED", 0, false)], old: [listed("OTHER")] } }),
    2,
  ],
};

for (const [fact, [given, count]] of Object.entries(ORPHANS)) {
  Deno.test(`of orphan keys ${fact}`, () => assert.equal(orphansIn(given), count));
}

Deno.test("orphans are shown while the last pass found them and their AccessKey is there", async () => {
  const metrics = new PromMetrics();
  const there = new Set(["a/one", "a/two"]);
  const orphans = new Orphans(metrics, (key) => there.has(key));
  orphans.found({ namespace: "a", name: "one" }, 1);
  orphans.found({ namespace: "a", name: "two" }, 2);
  const line = (name: string, count: number) => `{object_namespace="a",name="${name}"} ${count}`;
  assert.deepEqual(await shown(metrics, "keyOrphans"), [line("one", 1), line("two", 2)]);
  orphans.found({ namespace: "a", name: "one" }, 0);
  assert.deepEqual(await shown(metrics, "keyOrphans"), [line("two", 2)]);
  there.delete("a/two");
  assert.deepEqual(await shown(metrics, "keyOrphans"), []);
  there.add("a/two");
  assert.deepEqual(await shown(metrics, "keyOrphans"), [], "another object of the name starts anew");
});
