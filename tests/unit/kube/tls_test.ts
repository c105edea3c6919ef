import assert from "node:assert/strict";
import { stringify } from "yaml";
import { connectKube } from "../../../lib/kube/auth.ts";
import { createFetch } from "../../../lib/platform/http_client.ts";
import { readFile } from "../../../lib/platform/files.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { systemTime } from "./collaborators.ts";

/** A folder with an authority, a server's and a client's certificate, and a server that wants to see the latter. */
class TlsWorld implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  url = "";
  #server: Deno.ChildProcess | undefined;

  async start(): Promise<void> {
    await this.#authority("ca");
    await this.#certificate("server", "ca");
    await this.#certificate("client", "ca");
    await this.#authority("other");
    await this.#certificate("stranger", "other");
    await Deno.writeTextFile(`${this.folder}/thing`, `{"kind":"Thing"}`);
    const args = ["s_server", "-accept", "127.0.0.1:0", "-WWW", "-Verify", "1", "-verify_return_error"];
    args.push("-cert", "server.crt", "-key", "server.key", "-CAfile", "ca.crt");
    this.#server = new Deno.Command("openssl", { args, cwd: this.folder, stdout: "piped", stderr: "null" }).spawn();
    this.url = `https://127.0.0.1:${await portOf(this.#server.stdout)}`;
  }

  /** Asks the server for a file, by a kubeconfig with these certificates. */
  async ask(certificate: string | undefined, authority: string): Promise<unknown> {
    const user = certificate ? { "client-certificate": `${certificate}.crt`, "client-key": `${certificate}.key` } : {};
    const kubeconfig = `${this.folder}/config`;
    await Deno.writeTextFile(
      kubeconfig,
      stringify({
        "current-context": "c",
        clusters: [{ name: "k", cluster: { server: this.url, "certificate-authority": `${authority}.crt` } }],
        users: [{ name: "u", user }],
        contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
      }),
    );
    const deps = {
      env: () => undefined,
      readFile,
      mayRunPrograms: () => false,
      createFetch,
      metrics: noopMetrics,
      clock: systemTime,
    };
    const { transport, close } = await connectKube({ kubeconfig }, deps);
    try {
      return await transport.request("GET", "/thing", { operation: "x" });
    } finally {
      close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.kill();
    await this.#server?.stdout.cancel();
    await this.#server?.status;
    await Deno.remove(this.folder, { recursive: true });
  }

  async #authority(name: string): Promise<void> {
    await this.#openssl("req", "-x509", ...newKey(name), "-out", `${name}.crt`, "-days", "2", "-subj", `/CN=${name}`);
  }

  async #certificate(name: string, authority: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}.ext`, "subjectAltName=IP:127.0.0.1\n");
    await this.#openssl("req", ...newKey(name), "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signing = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    const files = ["-in", `${name}.csr`, "-out", `${name}.crt`, "-extfile", `${name}.ext`];
    await this.#openssl("x509", "-req", ...files, ...signing, "-days", "2");
  }

  async #openssl(...args: string[]): Promise<void> {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: this.folder }).output();
    if (!success) throw new Error(`openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  }
}

function newKey(name: string): string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", `${name}.key`];
}

/** Reads what openssl says until it names its port. */
async function portOf(stdout: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stdout.getReader();
  const decoder = new TextDecoder();
  try {
    for (let text = "";;) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`openssl named no port: ${text}`);
      text += decoder.decode(value, { stream: true });
      const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) return port;
    }
  } finally {
    reader.releaseLock();
  }
}

Deno.test("a server that wants a client certificate and has one of a private authority is reached by a kubeconfig", async () => {
  await using world = new TlsWorld();
  await world.start();
  assert.deepEqual(await world.ask("client", "ca"), { kind: "Thing" });
  const network = { name: "KubeError", code: 0, reason: "Network" };
  await assert.rejects(world.ask(undefined, "ca"), network, "no certificate");
  await assert.rejects(world.ask("stranger", "ca"), network, "a certificate of another authority");
  await assert.rejects(world.ask("client", "other"), network, "a server of another authority");
});
