/**
 * Explores the planner of access keys further than the unit tests do, and prints what was met:
 * `deno task model [DEPTH [DISTURBANCES]]`. The exit code is 1 when an invariant broke.
 */
import { explore } from "./unit/access_key/explore.ts";
import { moves } from "./unit/access_key/moves.ts";
import { STARTS } from "./unit/access_key/starts.ts";

const [depth = 8, disturbances = 1] = Deno.args.map(Number);
const began = performance.now();
let [states, transitions, failures] = [0, 0, 0];
for (const [name, start] of Object.entries(STARTS)) {
  const w = start();
  const from = performance.now();
  const found = explore(w, { all: moves(w.objects.length), depth, disturbances });
  states += found.states;
  transitions += found.transitions;
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`${name}: ${found.states} situations, ${found.transitions} moves, ${seconds} s`);
  if (!found.violation) continue;
  failures++;
  console.log(`  BROKEN: ${found.violation.message}\n  ${found.violation.script.join("\n  ")}`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `depth ${depth}, at most ${disturbances} disturbances a script: ${states} situations, ${transitions} moves, ` +
    `${failures} failures, ${seconds} s`,
);
Deno.exit(failures > 0 ? 1 : 0);
