import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("./demo.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("../../deno.json"));

/** What must not reach the demo nor the operator that it starts. */
const ENVIRONMENT = {
  HTTP_PROXY: "http://127.0.0.1:1",
  KUBECONFIG: "/nonexistent",
  WATCH_SCOPE: "namespaced",
  LOG_LEVEL: "ERROR",
  AWS_PROFILE: "nobody",
  AWS_REGION: "mars-1",
};

/** A demo whose temporary files are in a folder of its own, and its output so far. */
class Demo implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  text = "";

  constructor(readonly folder: string, ...flags: string[]) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", MAIN, ...flags],
      env: { ...ENVIRONMENT, TMPDIR: folder },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { stdout, stderr } = this.#process;
    this.#reading = Promise.all([stdout, stderr].map((stream) => this.#read(stream)));
  }

  static async start(...flags: string[]): Promise<Demo> {
    return new Demo(await Deno.makeTempDir(), ...flags);
  }

  /** Waits until the output matches; returns the match's first group. */
  async shown(pattern: RegExp): Promise<string> {
    let ended = false;
    void this.#reading.then(() => ended = true);
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match[1] ?? "";
      assert.equal(ended, false, `The demo ended without ${pattern}:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Waits for its end; returns its exit code. */
  async code(): Promise<number> {
    await this.#reading;
    return (await this.#process.status).code;
  }

  /** The files that it left. */
  async left(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.folder))).map(({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGTERM");
    } catch { /* it has ended already */ }
    await this.#process.status;
    await Deno.remove(this.folder, { recursive: true });
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) this.text += chunk;
  }
}

/** True while there is a process of the id. */
function runs(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

Deno.test("the demo shows every part, leaves nothing behind, and ends with 0", async () => {
  await using demo = await Demo.start();
  assert.equal(await demo.code(), 0, demo.text);
  const parts: readonly RegExp[] = [
    /ok {2}All 11 objects are Ready/,
    /BucketPolicy\/settings-keep-audit .* Ready$/m,
    /Credentials of Bucket\/auto: Secret\/auto-accesskey-credentials/,
    /ok {2}auto-accesskey-credentials: puts s3:\/\/example-auto-bucket\/hello\.txt, and gets it back/,
    /ok {2}auto-accesskey-credentials: is refused in s3:\/\/example-settings-bucket: AccessDenied/,
    /ok {2}put right after .* tags of example-settings-bucket replaced/,
    /ok {2}put right after .* policy of example-auto-bucket deleted/,
    /ok {2}new key AKIA\w+ after .* puts and gets/,
    /ok {2}old key AKIA\w+, in auto-accesskey-credentials-previous-\d{14}: still puts and gets/,
    /wasabi_s3_operator_drift_detected_total\{kind="Bucket",resource_type="tags"\} 1/,
    /Normal {2}AccessKeyRotated/,
    /BucketNotEmpty/,
    /ok {2}All gone .* 0 buckets, 0 users, 0 policies, and so 0 keys; in the cluster: 0 Secrets/,
    /^Demo passed in .* nothing left \(aws mode\)$/m,
  ];
  for (const part of parts) assert.match(demo.text, part);
  assert.equal(demo.text.includes("\x1b"), false, "Colours are for terminals");
  assert.deepEqual(await demo.left(), []);
  assert.equal(runs(Number(await demo.shown(/main\.ts as process (\d+)/))), false);
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
