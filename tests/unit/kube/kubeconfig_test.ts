import assert from "node:assert/strict";
import { stringify } from "yaml";
import { connectKube } from "../../../lib/kube/auth.ts";
import type { ClientTls } from "../../../lib/kube/connection.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { readFile } from "../../../lib/platform/files.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { VirtualTime } from "./virtual_time.ts";

/** A folder with a kubeconfig, and the requests that are sent by it. */
class Home implements Disposable {
  readonly folder = Deno.makeTempDirSync();
  readonly path = `${this.folder}/config`;
  readonly time = new VirtualTime();
  readonly clients: ClientTls[] = [];
  readonly sent: { url: string; headers: Headers; client: ClientTls }[] = [];

  constructor({ user = {}, cluster = {}, context = {}, current = "c" }: {
    readonly user?: object;
    readonly cluster?: object;
    readonly context?: object;
    readonly current?: string | null;
  } = {}) {
    this.write("config", {
      apiVersion: "v1",
      kind: "Config",
      ...(current === null ? {} : { "current-context": current }),
      clusters: [{ name: "k", cluster: { server: "https://kube:6443/", ...cluster } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "c", context: { cluster: "k", user: "u", namespace: "mine", ...context } }],
    });
  }

  write(name: string, content: unknown): string {
    Deno.writeTextFileSync(`${this.folder}/${name}`, typeof content === "string" ? content : stringify(content));
    return `${this.folder}/${name}`;
  }

  connect({ mayRun = true, ...options }: {
    readonly context?: string;
    readonly kubeconfig?: string;
    readonly mayRun?: boolean;
  } = {}) {
    const createFetch = (client: ClientTls) => {
      this.clients.push(client);
      const fetch = (url: string, { headers }: RequestInit) => {
        this.sent.push({ url, headers: new Headers(headers), client });
        return Promise.resolve(Response.json({}));
      };
      return { fetch: fetch as typeof globalThis.fetch, close() {} };
    };
    const deps = {
      env: () => undefined,
      readFile,
      mayRunPrograms: () => mayRun,
      createFetch,
      metrics: noopMetrics,
      clock: this.time,
    };
    return connectKube({ kubeconfig: this.path, ...options }, deps);
  }

  /** Connects and sends a request: what it carried. */
  async request() {
    const { transport } = await this.connect();
    await transport.request("GET", "/x", { operation: "x" });
    return this.sent[0];
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

const base64 = (text: string) => btoa(text);

Deno.test("a token, the server without its last slash, and the context's namespace are used", async () => {
  using home = new Home({ user: { token: "abc" } });
  const request = await home.request();
  assert.deepEqual([request?.url, request?.headers.get("authorization")], ["https://kube:6443/x", "Bearer abc"]);
  assert.equal((await home.connect()).namespace, "mine");
});

Deno.test("a context without a namespace is in namespace default", async () => {
  using home = new Home({ context: { namespace: undefined } });
  assert.equal((await home.connect()).namespace, "default");
});

Deno.test("certificates in the file are used", async () => {
  using home = new Home({
    user: { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") },
    cluster: { "certificate-authority-data": base64("CA") },
  });
  await home.connect();
  assert.deepEqual(home.clients, [{ caCert: "CA", cert: "CERT", key: "KEY" }]);
});

Deno.test("certificates in files beside the kubeconfig are used", async () => {
  using home = new Home({
    user: { "client-certificate": "cert.pem", "client-key": "key.pem" },
    cluster: { "certificate-authority": "ca.pem" },
  });
  for (const name of ["cert", "key", "ca"]) home.write(`${name}.pem`, name);
  await home.connect();
  assert.deepEqual(home.clients, [{ caCert: "ca", cert: "cert", key: "key" }]);
});

Deno.test("a new client certificate makes a new client, which the very next request uses", async () => {
  using home = new Home({ user: { "client-certificate": "cert.pem", "client-key": "key.pem" } });
  home.write("cert.pem", "cert-1");
  home.write("key.pem", "key");
  const { transport } = await home.connect();
  home.write("cert.pem", "cert-2");
  await transport.request("GET", "/", { operation: "x" });
  assert.equal(home.sent[0]?.client.cert, "cert-2");
});

Deno.test("name and password become basic authentication", async () => {
  using home = new Home({ user: { username: "u", password: "p" } });
  assert.equal((await home.request())?.headers.get("authorization"), `Basic ${base64("u:p")}`);
});

for (const where of ["beside the kubeconfig", "by an absolute path"]) {
  Deno.test(`a token file ${where} is read, and again each minute`, async () => {
    using place = new Home();
    using home = new Home({
      user: { tokenFile: where === "beside the kubeconfig" ? "token" : `${place.folder}/token` },
    });
    const owner = where === "beside the kubeconfig" ? home : place;
    owner.write("token", "one\n");
    const { transport } = await home.connect();
    const send = async () => {
      await transport.request("GET", "/", { operation: "x" });
      return home.sent.at(-1)?.headers.get("authorization");
    };
    owner.write("token", "two\n");
    assert.equal(await send(), "Bearer one");
    home.time.freeze(60_000);
    assert.equal(await send(), "Bearer two");
    Deno.removeSync(`${owner.folder}/token`);
    home.time.freeze(60_000);
    assert.equal(await send(), "Bearer two");
  });
}

/** A plugin that counts its runs in a file and prints the count as its token. */
function plugin(home: Home, { expires, body }: { readonly expires?: string; readonly body?: string } = {}): void {
  const status = { token: "token-COUNT", ...(expires ? { expirationTimestamp: expires } : {}) };
  const credential = JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status });
  home.write(
    "plugin.sh",
    body ?? `echo x >> ${home.folder}/runs\ncount=$(wc -l < ${home.folder}/runs)\n` +
        `echo '${credential}' | sed "s/COUNT/$((count))/"\n`,
  );
}

function withPlugin(): Home {
  const home = new Home();
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "sh", args: [`${home.folder}/plugin.sh`] };
  home.write("config", {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [{ name: "k", cluster: { server: "https://kube" } }],
    users: [{ name: "u", user: { exec } }],
    contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
  });
  return home;
}

Deno.test("an exec plugin gives the token, and runs once while that is good", async () => {
  using home = withPlugin();
  plugin(home, { expires: "2099-01-01T00:00:00Z" });
  const { transport } = await home.connect();
  for (let times = 0; times < 3; times++) await transport.request("GET", "/", { operation: "x" });
  assert.deepEqual(home.sent.map(({ headers }) => headers.get("authorization")), Array(3).fill("Bearer token-1"));
});

Deno.test("an exec plugin whose token has expired runs again", async () => {
  using home = withPlugin();
  plugin(home, { expires: "2001-01-01T00:00:00Z" });
  const { transport } = await home.connect();
  await transport.request("GET", "/", { operation: "x" });
  assert.equal(home.sent[0]?.headers.get("authorization"), "Bearer token-2");
});

Deno.test("an exec plugin that fails at the start says why, by the kubeconfig's name", async () => {
  using home = withPlugin();
  plugin(home, { body: "echo 'log in first' >&2; exit 1\n" });
  await assert.rejects(home.connect(), {
    name: "KubeAuthError",
    message: `Kubeconfig "${home.path}": credentials cannot be read: log in first`,
  });
});

Deno.test("an exec plugin that fails later fails its request", async () => {
  using home = withPlugin();
  plugin(home, { expires: "2001-01-01T00:00:00Z" });
  const { transport } = await home.connect();
  plugin(home, { body: "echo secret >&2; exit 1\n" });
  const error = await transport.request("GET", "/", { operation: "x" }).catch((error) => error);
  assert.ok(error instanceof KubeError);
  assert.deepEqual([error.code, error.reason], [0, "Credentials"]);
  assert.doesNotMatch(error.message, /secret/);
});

const PLUGINS = {
  "an exec plugin": { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "aws" } },
  "an auth provider's exec": { "auth-provider": { name: "exec", config: { exec: { command: "aws" } } } },
  "an auth provider's command": { "auth-provider": { name: "gcp", config: { "cmd-path": "aws" } } },
};

for (const [plugin, user] of Object.entries(PLUGINS)) {
  Deno.test(`where no program may be started, ${plugin} is refused by name, with the build that may`, async () => {
    using home = new Home({ user });
    await assert.rejects(home.connect({ mayRun: false }), {
      name: "KubeAuthError",
      message: `Kubeconfig "${home.path}": user "u" needs the program "aws", and the build for pods starts none: use ` +
        "the desktop build (task compile:cli, or task start:cli), or a user with a token or a certificate",
    });
  });
}

Deno.test("where no program may be started, a plugin of another user does not matter, nor over plain HTTP", async () => {
  using token = new Home({ user: { token: "abc" } });
  await token.connect({ mayRun: false });
  using plain = new Home({ user: PLUGINS["an exec plugin"], cluster: { server: "http://127.0.0.1:8001" } });
  await plain.connect({ mayRun: false });
  assert.equal(plain.clients.length, 1);
});

const unsupported: Record<string, { cluster: object; remedy: RegExp }> = {
  "insecure-skip-tls-verify": { cluster: { "insecure-skip-tls-verify": true }, remedy: /certificate-authority/ },
  "tls-server-name": { cluster: { "tls-server-name": "other" }, remedy: /server name/ },
  "proxy-url": { cluster: { "proxy-url": "http://proxy" }, remedy: /HTTPS_PROXY/ },
};

for (const [option, { cluster, remedy }] of Object.entries(unsupported)) {
  Deno.test(`${option} is refused by its name, with the file's and a remedy`, async () => {
    using home = new Home({ cluster });
    await assert.rejects(home.connect(), (error: Error) => {
      assert.equal(error.name, "KubeAuthError");
      for (const part of [new RegExp(option), new RegExp(home.path), remedy]) assert.match(error.message, part);
      return true;
    });
  });
}

Deno.test("what a kubeconfig lacks is said by name", async () => {
  using home = new Home();
  using none = new Home({ current: null });
  const absent = `${home.folder}/absent`;
  const broken = home.write("broken", "{ not: [yaml");
  const lacks: [() => Promise<unknown>, RegExp][] = [
    [() => home.connect({ kubeconfig: absent }), /^Kubeconfig ".*\/absent" does not exist: pass --kubeconfig/],
    [() => home.connect({ kubeconfig: `${home.path}:${absent}` }), /^KUBECONFIG names several files: pass one/],
    [() => home.connect({ kubeconfig: home.folder }), /^Kubeconfig ".*" cannot be read: Is a directory/],
    [() => home.connect({ kubeconfig: broken }), /^Kubeconfig ".*\/broken" cannot be read: /],
    [() => home.connect({ context: "other" }), /^Kubeconfig ".*" has no context "other"$/],
    [() => none.connect(), /^Kubeconfig ".*" has no current context: pass --context$/],
  ];
  for (const [connect, message] of lacks) await assert.rejects(connect, { name: "KubeAuthError", message });
});

Deno.test("--context chooses among the contexts", async () => {
  using home = new Home({ current: null, user: { token: "t" } });
  assert.equal((await home.connect({ context: "c" })).namespace, "mine");
});
