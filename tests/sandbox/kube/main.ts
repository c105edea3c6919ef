/**
 * The sandbox as a process of its own, for the demo and the bench. Prints one line of JSON once it listens:
 * `{"url", "kubeconfig"}`, the latter the path that `--kubeconfig` names. Ends on SIGTERM or SIGINT.
 *
 *     deno run -A tests/sandbox/kube/main.ts --crds=crds --kubeconfig=/tmp/kubeconfig --latency-ms=5
 */
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { startKubeSandbox } from "./mod.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    port: { type: "string", default: "0" },
    "latency-ms": { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    token: { type: "string" },
    /** A folder whose definitions are served from the start. */
    crds: { type: "string" },
    /** Where to write a kubeconfig. */
    kubeconfig: { type: "string" },
    namespace: { type: "string", default: "default" },
  },
});

const sandbox = await startKubeSandbox({
  port: Number(values.port),
  latencyMs: Number(values["latency-ms"]),
  seed: Number(values.seed),
  ...(values.token === undefined ? {} : { token: values.token }),
});
const { url } = sandbox;

if (values.crds !== undefined) {
  for await (const { name } of Deno.readDir(values.crds)) {
    if (name.endsWith(".yaml")) sandbox.put(parse(await Deno.readTextFile(`${values.crds}/${name}`)));
  }
}
if (values.kubeconfig !== undefined) {
  await Deno.writeTextFile(values.kubeconfig, sandbox.kubeconfig(values.namespace));
}
console.log(JSON.stringify({ url, ...(values.kubeconfig === undefined ? {} : { kubeconfig: values.kubeconfig }) }));

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.addSignalListener(signal, () => void sandbox.close().then(() => Deno.exit(0)));
}
