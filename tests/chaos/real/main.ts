import { complaints } from "../outcome.ts";
import type { ChaosScenario } from "../scenario.ts";
import { emptyTally, table } from "../tally.ts";
import { playScenario } from "./crash.ts";
import type { Lane } from "./lane.ts";
import { withLanes } from "./lanes.ts";
import { realScenarios } from "./scenarios.ts";

const LANES = 3;
/** A line tells of so many points. */
const PROGRESS = 25;
/** Of the operators' log, where a point fails. */
const LOG_LINES = 40;

/**
 * Kills the operator's process at every point of the scenarios with `only` in their names, against a real API server
 * and moto, and prints a table. Resolves to the exit code.
 */
export async function playReal(only: string): Promise<number> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const tally = emptyTally({ name: "real crash points" });
  const queue = realScenarios.filter(({ name }) => name.includes(only));
  const all = queue.length;
  let unreached = 0;
  await withLanes(LANES, async (lane) => {
    for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) await play(lane, scenario);
  });
  console.log(`\n${table([tally])}\n\n${tally.runs} points in ${seconds()} s; ${unreached} of them were not reached`);
  return tally.failures > 0 ? 1 : 0;

  async function play(lane: Lane, scenario: ChaosScenario): Promise<void> {
    let [runs, failures] = [0, 0];
    const fail = (what: string, why: readonly string[]) => {
      failures++;
      console.log(`!!! ${scenario.name}: ${what}\n      ${why.join("\n      ")}`);
    };
    try {
      for await (const { point, outcome, reached } of playScenario(lane, scenario)) {
        runs++;
        if (++tally.runs % PROGRESS === 0) console.log(`… ${tally.runs} points in ${seconds()} s`);
        if (!reached) unreached++;
        for (const { rule } of outcome.broken) tally.rules[rule] = (tally.rules[rule] ?? 0) + 1;
        const why = complaints(outcome);
        if (why.length > 0) fail(point, [...why, ...outcome.log.slice(-LOG_LINES)]);
      }
    } catch (error) {
      fail("not played to its end", [error instanceof Error ? error.stack ?? error.message : String(error)]);
    }
    tally.scenarios++;
    tally.failures += failures;
    const number = String(tally.scenarios).padStart(String(all).length);
    console.log(`${number}/${all} ${scenario.name}: ${runs} points, ${failures} failed, ${seconds()} s so far`);
  }
}
