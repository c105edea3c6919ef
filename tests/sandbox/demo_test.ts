import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { assertPassed, Demo, runs } from "./demo_process.ts";

const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));

Deno.test("the demo shows every part, leaves nothing behind, and ends with 0", async () => {
  await using demo = await Demo.start();
  await assertPassed(demo);
  assert.match(demo.text, /Operator +main\.ts as process/);
  assert.equal(demo.text.includes("\x1b"), false, "Colours are for terminals");
});

Deno.test("--keep says how to reach a demo, which serves until Ctrl-C and then ends everything", async () => {
  await using demo = await Demo.start("--keep", "--wasabi");
  const kubeconfig = await demo.shown(/export KUBECONFIG=(.*)\n/);
  const script = await demo.shown(/deno\.json (.*list\.ts)\n/);
  const metrics = await demo.shown(/operator\.log\n +(http:.*)\n/);
  const { clusters: [{ cluster }] } = JSON.parse(await Deno.readTextFile(kubeconfig));
  const { items } = await (await fetch(`${cluster.server}/apis/s3.cloud37.dev/v1alpha1/buckets`)).json();
  assert.deepEqual(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name), ["auto", "settings"]);
  assert.match(await (await fetch(metrics)).text(), /^wasabi_s3_operator_reconcile_total/m);
  const variables = await Deno.readTextFile(await demo.shown(/\$ \. (.*application\.env)\n/));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", CONFIG, script],
    env: Object.fromEntries([...variables.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value])),
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "hello.txt 16 bytes\n", new TextDecoder().decode(stderr));

  demo.signal("SIGINT");
  assert.equal(await demo.code(), 0, demo.text);
  assert.match(demo.text, /^Demo ended \(wasabi mode\)$/m);
  assert.deepEqual(await demo.left(), []);
  assert.equal(runs(Number(await demo.shown(/main\.ts as process (\d+)/))), false);
});

Deno.test("a surprise ends the demo with 1, what was expected and seen, and the operator's last log lines", async () => {
  await using demo = await Demo.start();
  const pid = Number(await demo.shown(/main\.ts as process (\d+)/));
  await demo.shown(/is ready after/);
  Deno.kill(pid, "SIGKILL");
  assert.equal(await demo.code(), 1, demo.text);
  assert.match(demo.text, /expected: the operator to run\n +seen: +it ended with exit code 137/);
  assert.match(demo.text, /The operator's last log lines:\n(.*\n)*.* INFO +Serving metrics/);
  assert.deepEqual(await demo.left(), []);
});

Deno.test("a demo that is interrupted halfway ends the operator", async () => {
  await using demo = await Demo.start();
  const pid = Number(await demo.shown(/main\.ts as process (\d+)/));
  await demo.shown(/kubectl apply/);
  demo.signal("SIGINT");
  assert.equal(await demo.code(), 130, demo.text);
  assert.equal(runs(pid), false);
  assert.deepEqual(await demo.left(), []);
});

Deno.test("a demo of a program that is not there is refused by the flag's name, with where to get one", async () => {
  await using demo = await Demo.start("--program=nowhere");
  assert.equal(await demo.code(), 2, demo.text);
  assert.match(demo.text, /^--program "nowhere": there is no such file; `deno task compile` makes dist/);
});
