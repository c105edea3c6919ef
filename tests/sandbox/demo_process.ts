import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("./demo.ts"));

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
export class Demo implements AsyncDisposable {
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

/** What a demo that runs to its end shows. */
const PARTS: readonly RegExp[] = [
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

/** Waits for the demo's end: it showed every part, left nothing behind, and ended with 0. */
export async function assertPassed(demo: Demo): Promise<void> {
  assert.equal(await demo.code(), 0, demo.text);
  for (const part of PARTS) assert.match(demo.text, part);
  assert.deepEqual(await demo.left(), []);
  assert.equal(runs(Number(await demo.shown(/ as process (\d+)/))), false);
}

/** True while there is a process of the id. */
export function runs(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}
