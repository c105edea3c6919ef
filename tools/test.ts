/**
 * Runs the suites named as arguments, all of them by default, each as a process of its own. The last line is
 * `N passed, N failed`; the exit code is 1 when something failed. Arguments after `--` go to `deno test`.
 */
import { type Counts, judge, readReport, type Suite, suites } from "./suites.ts";

const isCi = (Deno.env.get("CI") ?? "") !== "";
const separator = Deno.args.indexOf("--");
const names = separator < 0 ? Deno.args : Deno.args.slice(0, separator);
const extra = separator < 0 ? [] : Deno.args.slice(separator + 1);
const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
if (unknown !== undefined) {
  console.error(`Unknown suite "${unknown}": give some of ${suites.map(({ name }) => name).join(", ")}`);
  Deno.exit(2);
}

let [passed, failed] = [0, 0];
const lines: string[] = [];
for (const suite of suites.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const started = performance.now();
  const { complaint, ...counts } = await run(suite);
  passed += counts.passed;
  failed += counts.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const line = `${suite.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`;
  lines.push(complaint === undefined ? line : `${line} (${complaint})`);
  console.log(`=== ${lines.at(-1)}`);
}
if (lines.length > 1) console.log(`\n${lines.join("\n")}`);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);

async function run(suite: Suite): Promise<Counts & { readonly complaint?: string }> {
  console.log(`\n=== ${suite.name}`);
  try {
    await suite.setUp?.();
  } catch (error) {
    const complaint = `NOT RUN, its set-up failed: ${error instanceof Error ? error.message : error}`;
    console.error(`\n!!! ${suite.name}: ${complaint}\n`);
    return { passed: 0, failed: isCi ? 1 : 0, ignored: 0, complaint };
  }
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const { paths, permissions, flags = [] } = suite;
    // Types are checked by `task ok`.
    const args = [
      "test",
      "--no-prompt",
      "--no-check",
      `--junit-path=${report}`,
      ...permissions,
      ...flags,
      ...extra,
      ...paths,
    ];
    const root = new URL("../", import.meta.url);
    const { success } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: root,
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    return judge(countsOf(await Deno.readTextFile(report)), { success, isCi });
  } finally {
    await Deno.remove(report);
  }
}

/** A process that ended before its first test leaves no report. */
function countsOf(report: string): Counts {
  return report === "" ? { passed: 0, failed: 0, ignored: 0 } : readReport(report);
}
