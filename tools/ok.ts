/**
 * What must hold before a commit: format, lint, types, generated files, unit tests; a line each with its time.
 * `--static` leaves the unit tests out. The exit code is 1 when something does not hold.
 */
import { suites } from "./suites.ts";

/** What is type-checked: everything, as each file is reached from one of these. */
const CODE = ["main.ts", "dashboards", "handlers", "lib", "tests", "tools"];

const checks: Readonly<Record<string, readonly string[]>> = {
  format: ["fmt", "--check"],
  lint: ["lint"],
  types: ["check", "--quiet", ...CODE],
  generated: [
    "run",
    "--no-prompt",
    "--allow-read=.",
    "--allow-env=LOG_TOKENS,LOG_STREAM",
    "--allow-write=crds,docs/reference,dashboards",
    "tools/gen.ts",
    "--check",
  ],
};

if (import.meta.main) {
  const root = new URL("../", import.meta.url);
  const results = [];
  for (const [name, args] of Object.entries(checks)) results.push(await run(name, args, root));
  const unit = suites.find(({ name }) => name === "unit");
  if (!Deno.args.includes("--static") && unit) {
    const { permissions, flags = [], paths } = unit;
    // Types are checked above.
    const args = ["test", "--no-prompt", "--no-check", "--reporter=dot", ...permissions, ...flags, ...paths];
    results.push(await run("unit tests", args, root));
  }
  Deno.exit(results.every(Boolean) ? 0 : 1);
}

async function run(name: string, args: readonly string[], cwd: URL): Promise<boolean> {
  const started = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd, stdin: "null" })
    .output();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${success ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
  if (!success) {
    await Deno.stdout.write(stdout);
    await Deno.stderr.write(stderr);
  }
  return success;
}
