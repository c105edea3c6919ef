/**
 * Explores the planner of access keys further than the unit tests do, and prints what was met:
 * `deno task model [DEPTH [DISTURBANCES]] [--workers N]`. The exit code is 1 when an invariant broke.
 */
import { parseArgs } from "node:util";
import type { Exploration } from "./model_worker.ts";
import type { Findings } from "./unit/access_key/explore.ts";
import { STARTS } from "./unit/access_key/starts.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { workers: { type: "string", default: "1" } },
});
const [depth = 8, disturbances = 1] = positionals.map(Number);
const began = performance.now();
// The last ones take longest.
const queue = Object.keys(STARTS).reverse();
let [states, transitions, failures] = [0, 0, 0];
await Promise.all(Array.from({ length: Number(values.workers) }, work));
console.log(
  `depth ${depth}, at most ${disturbances} disturbances a script: ${states} situations, ${transitions} moves, ` +
    `${failures} failures, ${since(began)} s`,
);
Deno.exit(failures > 0 ? 1 : 0);

async function work(): Promise<void> {
  const worker = new Worker(new URL("./model_worker.ts", import.meta.url), { type: "module" });
  for (let start = queue.shift(); start !== undefined; start = queue.shift()) {
    const from = performance.now();
    const found = await play(worker, { start, depth, disturbances });
    states += found.states;
    transitions += found.transitions;
    console.log(`${start}: ${found.states} situations, ${found.transitions} moves, ${since(from)} s`);
    if (!found.violation) continue;
    failures++;
    console.log(`  BROKEN: ${found.violation.message}\n  ${found.violation.script.join("\n  ")}`);
  }
  worker.terminate();
}

function play(worker: Worker, exploration: Exploration): Promise<Findings> {
  worker.postMessage(exploration);
  return new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
}

/** Seconds with one digit. */
function since(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1);
}
