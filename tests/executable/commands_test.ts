import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { readCommit } from "../../tools/executable/commit.ts";
import { DESKTOP, OPERATOR } from "./programs.ts";

/** Runs a program to its end, with nothing of this environment but PATH. */
async function run(path: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(path, {
    args: [...args],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

for (const [name, path] of Object.entries({ "the build for pods": OPERATOR, "the desktop build": DESKTOP })) {
  Deno.test(`${name} tells its version, commit and date`, async () => {
    const { commit, date } = await readCommit(new URL("../../", import.meta.url));
    assert.deepEqual(await run(path, ["version"]), {
      code: 0,
      out: `${project.version} (commit ${commit}, ${date})\n`,
      err: "",
    });
  });
}

Deno.test("the build for pods refuses a kubeconfig elsewhere by name, with the folders and the other build", async () => {
  const { code, err } = await run(OPERATOR, ["--kubeconfig=/etc/passwd"]);
  assert.equal(code, 1);
  assert.match(err, /^Kubeconfig "\/etc\/passwd" cannot be read: .*\/etc\/wasabi-s3-operator.*use the desktop build/);
});

Deno.test("the build for pods refuses a certificate elsewhere in the same way, and calls it wrong usage", async () => {
  const { code, err } = await run(OPERATOR, [
    "--otel-exporter-otlp-endpoint=http://127.0.0.1:9",
    "--otel-exporter-otlp-certificate=/etc/passwd",
  ]);
  assert.equal(code, 2);
  assert.match(err, /^OTEL_EXPORTER_OTLP_CERTIFICATE .* cannot be read: "\/etc\/passwd".*use the desktop build/);
});

Deno.test("the build for pods refuses a kubeconfig that starts a program, and names the other build", async () => {
  await using kubeconfig = await kubeconfigOf({ exec: EXEC });
  const { code, err } = await run(OPERATOR, [`--kubeconfig=${kubeconfig.path}`]);
  assert.equal(code, 1);
  assert.match(err, /desktop build/);
});

Deno.test("the build for pods takes a kubeconfig that lies where people keep theirs", async () => {
  await using kubeconfig = await kubeconfigOf({ token: "hidden" });
  const { code, err } = await run(OPERATOR, [`--kubeconfig=${kubeconfig.path}`, "--context=other"]);
  assert.equal(code, 1);
  assert.match(err, /has no context "other"/);
});

Deno.test("the desktop build runs the program of a kubeconfig", async () => {
  await using kubeconfig = await kubeconfigOf({ exec: EXEC });
  const { code, err } = await run(DESKTOP, [`--kubeconfig=${kubeconfig.path}`]);
  assert.equal(code, 1);
  assert.match(err, /credentials cannot be read: started/);
});

const EXEC = {
  apiVersion: "client.authentication.k8s.io/v1",
  command: "sh",
  args: ["-c", "echo started >&2; exit 1"],
};

/** A kubeconfig in a folder for temporary files. */
async function kubeconfigOf(user: object) {
  const folder = await Deno.makeTempDir();
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    users: [{ name: "c", user }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
  };
  const path = `${folder}/config`;
  await Deno.writeTextFile(path, JSON.stringify(config));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
