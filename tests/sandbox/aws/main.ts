/**
 * The sandbox as a process of its own, for the demo and the bench. Prints one line of JSON once it listens:
 * `{"url", "accessKeyId", "secretAccessKey", "accountId"}`. Ends on SIGTERM or SIGINT.
 *
 *     deno run --allow-net=127.0.0.1 --allow-read --allow-env tests/sandbox/aws/main.ts --mode=wasabi --latency-ms=20
 */
import { parseArgs } from "node:util";
import { startAwsSandbox } from "./mod.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    mode: { type: "string", default: "aws" },
    port: { type: "string", default: "0" },
    "latency-ms": { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    "account-id": { type: "string", default: "123456789012" },
    recording: { type: "string" },
  },
});

if (values.mode !== "aws" && values.mode !== "wasabi") throw new RangeError(`Unknown mode "${values.mode}"`);

const sandbox = await startAwsSandbox({
  mode: values.mode,
  port: Number(values.port),
  latencyMs: Number(values["latency-ms"]),
  seed: Number(values.seed),
  accountId: values["account-id"],
});
if (values.recording !== undefined) sandbox.load(JSON.parse(await Deno.readTextFile(values.recording)));

const { url, accountId, credentials } = sandbox;
console.log(JSON.stringify({ url, accountId, ...credentials }));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.addSignalListener(signal, () => void sandbox.close().then(() => Deno.exit(0)));
}
