/**
 * Shows the whole operator on this machine: a sandbox for Kubernetes, S3 and IAM, and main.ts as a process.
 * Exits with 0 when all went as it is to be, 1 when something did not, 130 when it was interrupted.
 *
 *     deno task demo [--keep] [--observe] [--wasabi]
 */
import { parseArgs } from "node:util";
import { onUncaught } from "../../lib/platform/process.ts";
import { onStopSignal } from "../../lib/platform/signals.ts";
import { Interrupted, runDemo } from "./demo/run.ts";
import { Screen } from "./demo/screen.ts";

const HELP = `Usage: deno task demo [--keep] [--observe] [--wasabi]

Starts a Kubernetes API and an S3 and IAM service on this machine, runs the operator against them, and shows what it
does with examples/. Nothing outside of this machine is touched.

  --keep     leave all running in the end, until Ctrl-C, for kubectl and an S3 client
  --observe  with an OpenTelemetry Collector and a Prometheus beside it, and what they saw; built or downloaded once,
             which takes minutes and needs Go
  --wasabi   a service that lacks what Wasabi lacks, instead of one like AWS
`;

// What is on 127.0.0.1 is not reached through a proxy, and nobody's ~/.aws has a say in it.
Deno.env.set("NO_PROXY", [Deno.env.get("NO_PROXY") ?? Deno.env.get("no_proxy"), "127.0.0.1"].filter(Boolean).join());
Deno.env.set("no_proxy", Deno.env.get("NO_PROXY") ?? "");
for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) Deno.env.set(name, "/dev/null");

Deno.exit(await main());

async function main(): Promise<number> {
  let values;
  try {
    const flag = { type: "boolean", default: false } as const;
    ({ values } = parseArgs({
      args: Deno.args,
      options: { keep: flag, observe: flag, wasabi: flag, help: { ...flag, short: "h" } },
    }));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
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
    mode: values.wasabi ? "wasabi" : "aws",
    keep: values.keep,
    observe: values.observe,
    stop,
  });
}
