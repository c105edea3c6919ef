/**
 * Shows the whole operator on this machine: a sandbox for Kubernetes, S3 and IAM, and the operator as a process.
 * Exits with 0 when all went as it is to be, 1 when something did not, 130 when it was interrupted.
 *
 *     deno task demo [--keep] [--observe] [--wasabi] [--program FILE]
 */
import { onUncaught } from "../../lib/platform/process.ts";
import { onStopSignal } from "../../lib/platform/signals.ts";
import { type DemoFlags, HELP, readFlags } from "./demo/flags.ts";
import { findProgram, type Program } from "./demo/program.ts";
import { Interrupted, runDemo } from "./demo/run.ts";
import { Screen } from "./demo/screen.ts";

// What is on 127.0.0.1 is not reached through a proxy, and nobody's ~/.aws has a say in it.
Deno.env.set("NO_PROXY", [Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy"), "127.0.0.1"].filter(Boolean).join());
Deno.env.set("no_proxy", Deno.env.get("NO_PROXY") ?? "");
for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) Deno.env.set(name, "/dev/null");

Deno.exit(await main());

async function main(): Promise<number> {
  let flags: DemoFlags;
  let program: Program | undefined;
  try {
    flags = readFlags(Deno.args);
    // `deno task` moves into the project's folder.
    const base = Deno.env.get("INIT_CWD") ?? Deno.cwd();
    if (flags.program !== undefined) program = await findProgram(flags.program, base);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (flags.help) {
    console.log(HELP);
    return 0;
  }
  const stop = new AbortController();
  // Whatever goes wrong, what was started is ended.
  onUncaught((error) => stop.abort(error));
  onStopSignal({
    first: (signal) => stop.abort(new Interrupted(signal)),
    // The first one is enough: everything that was started is being ended.
    again: () => {},
  });
  // The terminal was closed.
  Deno.addSignalListener("SIGHUP", () => stop.abort(new Interrupted("SIGHUP")));
  const isTerminal = Deno.stdout.isTerminal();
  const screen = new Screen({
    write: console.log,
    colours: isTerminal && !Deno.noColor,
    monotonic: () => performance.now(),
    ...(isTerminal ? { columns: Deno.consoleSize().columns } : {}),
  });
  return await runDemo({
    screen,
    mode: flags.wasabi ? "wasabi" : "aws",
    keep: flags.keep,
    observe: flags.observe,
    program,
    stop,
  });
}
