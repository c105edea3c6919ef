import assert from "node:assert/strict";
import { connectKube } from "../../../lib/kube/auth.ts";
import { type ClientTls, KubeAuthError } from "../../../lib/kube/connection.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { VirtualTime } from "./virtual_time.ts";

const ROOT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** A pod's environment and files, and the requests that are sent. */
class Pod {
  readonly time = new VirtualTime();
  readonly env: Record<string, string> = { KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBERNETES_SERVICE_PORT: "6443" };
  readonly files = new Map([
    [`${ROOT}/token`, "token-1\n"],
    [`${ROOT}/ca.crt`, "ca-1"],
    [`${ROOT}/namespace`, "operators\n"],
  ]);
  reads: string[] = [];
  /** For each request: the URL, the token, and the authority that its client trusts. */
  readonly sent: string[] = [];
  readonly closed: (string | undefined)[] = [];

  connect(options: Parameters<typeof connectKube>[0] = {}) {
    const createFetch = ({ caCert }: ClientTls) => ({
      fetch: ((url: string, init: RequestInit) => {
        this.sent.push(`${url} ${new Headers(init.headers).get("authorization")} ${caCert}`);
        return Promise.resolve(Response.json({}));
      }) as typeof fetch,
      close: () => void this.closed.push(caCert),
    });
    const readFile = (path: string) => {
      this.reads.push(path);
      return Promise.resolve(this.files.get(path));
    };
    const env = (name: string) => this.env[name];
    const deps = { env, readFile, mayRunPrograms: () => false, createFetch, metrics: noopMetrics, clock: this.time };
    return connectKube(options, deps);
  }
}

Deno.test("a pod's token, authority, address and namespace are used", async () => {
  using _timers = new VirtualTime().installTimers();
  const pod = new Pod();
  const { transport, namespace, close } = await pod.connect();
  await transport.request("GET", "/x", { operation: "x" });
  assert.deepEqual(pod.sent, ["https://10.0.0.1:6443/x Bearer token-1 ca-1"]);
  assert.equal(namespace, "operators");
  close();
  assert.deepEqual(pod.closed, ["ca-1"]);
});

const servers: Record<string, { env: Record<string, string>; server: string }> = {
  "an IPv6 address is put into brackets": {
    env: { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" },
    server: "https://[fd00::1]:443",
  },
  "without a port it is 443": { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" }, server: "https://10.0.0.1:443" },
};

for (const [fact, { env, server }] of Object.entries(servers)) {
  Deno.test(fact, async () => {
    const pod = new Pod();
    delete pod.env["KUBERNETES_SERVICE_PORT"];
    Object.assign(pod.env, env);
    assert.equal((await pod.connect()).transport.endpoint().server, server);
  });
}

Deno.test("the token is read again each minute, not before", async () => {
  const pod = new Pod();
  const { transport } = await pod.connect();
  const send = async () => {
    await transport.request("GET", "/", { operation: "x" });
    return pod.sent.at(-1)?.split(" ")[2];
  };
  pod.reads = [];
  pod.files.set(`${ROOT}/token`, "token-2");
  pod.time.freeze(59_999);
  assert.equal(await send(), "token-1");
  assert.deepEqual(pod.reads, []);
  pod.time.freeze(1);
  assert.equal(await send(), "token-2");
  assert.equal(await send(), "token-2");
  assert.deepEqual(pod.reads, [`${ROOT}/token`, `${ROOT}/ca.crt`]);
});

Deno.test("a new authority makes a new client, which the very next request uses", async () => {
  const pod = new Pod();
  const { transport, close } = await pod.connect();
  pod.files.set(`${ROOT}/ca.crt`, "ca-2");
  pod.time.freeze(60_000);
  await transport.request("GET", "/", { operation: "x" });
  assert.match(pod.sent.at(-1) ?? "", /ca-2$/);
  close();
  assert.ok(pod.closed.includes("ca-2"));
});

Deno.test("files that are away for a moment do not stop the requests", async () => {
  const pod = new Pod();
  const { transport } = await pod.connect();
  pod.files.clear();
  pod.time.freeze(60_000);
  await transport.request("GET", "/", { operation: "x" });
  assert.match(pod.sent.at(-1) ?? "", /Bearer token-1 ca-1$/);
});

for (const file of ["token", "ca.crt"]) {
  Deno.test(`a pod without ${file} says which file is missing, and what to do`, async () => {
    const pod = new Pod();
    pod.files.delete(`${ROOT}/${file}`);
    await assert.rejects(pod.connect(), (error) => {
      assert.ok(error instanceof KubeAuthError);
      assert.equal(error.message, `${ROOT}/${file} is missing: mount the service account's token`);
      return true;
    });
  });
}

Deno.test("a pod without a namespace file is in namespace default", async () => {
  const pod = new Pod();
  pod.files.delete(`${ROOT}/namespace`);
  assert.equal((await pod.connect()).namespace, "default");
});

const chosen: Record<string, { options?: { kubeconfig?: string; context?: string }; env?: Record<string, string> }> = {
  "--kubeconfig": { options: { kubeconfig: "/chosen" } },
  "KUBECONFIG": { env: { KUBECONFIG: "/chosen" } },
  "--context": { options: { context: "c" }, env: { HOME: "/home" } },
};

for (const [what, { options = {}, env = {} }] of Object.entries(chosen)) {
  Deno.test(`${what} goes before the pod's service account`, async () => {
    const pod = new Pod();
    Object.assign(pod.env, env);
    const path = what === "--context" ? "/home/.kube/config" : "/chosen";
    await assert.rejects(pod.connect(options), { name: "KubeAuthError", message: new RegExp(`^Kubeconfig "${path}"`) });
  });
}
