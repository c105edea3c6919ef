import assert from "node:assert/strict";
import { runMain, writeKubeconfig } from "./run.ts";

/** What is wrong usage: arguments and environment, then the one line that says so. */
const USAGE: readonly (readonly [readonly string[], Readonly<Record<string, string>>, string])[] = [
  [["--unknown"], {}, 'Unknown flag "--unknown": see --help'],
  [["--metric-port=1"], {}, 'Unknown flag "--metric-port": did you mean --metrics-port?'],
  [["crd"], {}, 'Unknown command "crd": did you mean crds?'],
  [["run"], { METRICS_PORT: "x" }, 'METRICS_PORT cannot be "x": give a whole number from 0 to 65535'],
];

for (const [args, env, message] of USAGE) {
  Deno.test(`wrong usage is said in one line and exits with 2: ${message}`, async () => {
    assert.deepEqual(await runMain(args, env), { code: 2, stdout: "", stderr: `${message}\n` });
  });
}

/** What cannot work, then the line that says so. */
const FAILURES: readonly (readonly [readonly string[], Readonly<Record<string, string>>, RegExp])[] = [
  [
    ["run", "--kubeconfig", "missing"],
    {},
    /^Kubeconfig "missing" does not exist: pass --kubeconfig, or run in a pod\n$/,
  ],
  [[], { KUBECONFIG: "gone" }, /^Kubeconfig "gone" does not exist: pass --kubeconfig, or run in a pod\n$/],
  [["run"], { HOME: "/nonexistent" }, /^Kubeconfig "\/nonexistent\/.kube\/config" does not exist: [^\n]*\n$/],
  [["--kubeconfig", "/dev/null"], {}, /^Kubeconfig "\/dev\/null" cannot be read: [^\n]*\n$/],
];

for (const [args, env, message] of FAILURES) {
  Deno.test(`what cannot work is said in one line and exits with 1: ${message.source}`, async () => {
    // Where modules are kept must not depend on the HOME that is tried.
    const { code, stdout, stderr } = await runMain(args, { DENO_DIR: await denoDir(), ...env });
    assert.equal(code, 1);
    assert.match(stderr, message);
    for (const line of stdout.trim().split("\n")) assert.equal(JSON.parse(line).level, "INFO");
  });
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

Deno.test("a port of metrics that is taken is said in the log and ends the program with 1", async () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { path, remove } = await writeKubeconfig("http://127.0.0.1:1");
  try {
    const { code, stdout } = await runMain(["--kubeconfig", path, `--metrics-port=${taken.addr.port}`]);
    assert.equal(code, 1);
    const { level, error } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assert.deepEqual([level, error.message], ["ERROR", `Port ${taken.addr.port} is in use: choose another`]);
  } finally {
    taken.close();
    await remove();
  }
});
