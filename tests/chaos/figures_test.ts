import assert from "node:assert/strict";
import { figures, replaceFigures } from "./figures.ts";
import { emptyTally, table } from "./tally.ts";

const crashes = { ...emptyTally({ name: "crash points", seed: 7 }), scenarios: 2, runs: 30, failures: 1 };
const faults = { ...emptyTally({ name: "faults" }), scenarios: 3, runs: 12, rules: { "orphan": 2, "leaked key": 1 } };
const bugs = { ...emptyTally({ name: "seeded bugs", isSeeded: true }), scenarios: 6, runs: 6, failures: 1 };

Deno.test("the table has a row for each part and one for all, and says how many seeded bugs were caught", () => {
  const cells = table([crashes, faults, bugs]).split("\n").map((line) => line.trim().split(/\s{2,}/));
  assert.deepEqual(cells[1]?.slice(0, 6), ["crash points", "2", "30", "1", "0", "0"]);
  assert.deepEqual(cells[2]?.slice(0, 6), ["faults", "3", "12", "0", "1", "2"]);
  assert.deepEqual(cells[3]?.slice(0, 6), ["all", "5", "42", "1", "1", "2"]);
  assert.deepEqual(cells.at(-1), ["seeded bugs caught: 5/6"]);
});

Deno.test("figures have the day, the time, the rows and the seeds", () => {
  const text = figures([crashes, faults, bugs], { seconds: 321, date: new Date("2026-01-02T03:04:05Z") });
  for (const part of ["2026-01-02", "321 s", "| crash points | 2 | 30 | 1 |", "5/6", "crash points 7"]) {
    assert.ok(text.includes(part), `${part} is not in\n${text}`);
  }
});

Deno.test("figures take the place of the last ones on the page, and change nothing else", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/reliability.md", import.meta.url));
  const once = replaceFigures(page, "FIRST");
  assert.equal(replaceFigures(replaceFigures(page, "SECOND"), "FIRST"), once);
  assert.match(once, /-->\n\nFIRST\n\n<!-- end of figures -->\n\n## /);
  assert.throws(() => replaceFigures("another page", "FIRST"), RangeError);
});
