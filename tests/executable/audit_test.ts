import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { READABLE_FOLDERS } from "../../lib/platform/permissions.ts";
import { permissionFlags, VARIABLES } from "../../tools/executable/permissions.ts";
import { waitFor } from "../api/processes.ts";
import { startAwsSandbox } from "../sandbox/aws/mod.ts";
import { startKubeSandbox } from "../sandbox/kube/mod.ts";
import { Admin, type Loose } from "../scenarios/admin.ts";
import { installKinds } from "../scenarios/install.ts";
import { bucket, providerObjects } from "./world.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** What libraries ask for and do not get: it would change what the operator does, or serves their own debugging. */
const IGNORED = [
  /^(_X_)?(AWS|AMZN)_/,
  /^(COLOR|DEBUG|NODE_DEBUG|LOG_STREAM|LOG_TOKENS|WS_NO_\w+|UNDICI_\w+)$/,
];
/** What is in the environment of the process beside that, and is copied with all of it. */
const PRESENT = ["PATH", "DENO_DIR", "DENO_AUDIT_PERMISSIONS"];

/** What was asked for, by permission. */
class Audit {
  readonly #asked = new Map<string, Set<string>>();

  read(text: string): void {
    for (const line of text.split("\n").filter((line) => line !== "")) {
      const { permission, value } = JSON.parse(line);
      // Whoever lists the environment as a whole asks for no name, and sees what is permitted.
      if (typeof value === "string") this.#asked.set(permission, (this.#asked.get(permission) ?? new Set()).add(value));
    }
  }

  of(permission: string): string[] {
    return [...this.#asked.get(permission) ?? []].sort();
  }
}

Deno.test("the operator is permitted what it asks for in its work, and nothing else", async (test) => {
  const folder = await Deno.makeTempDir();
  try {
    const audit = await audited(folder);
    await test.step("every variable that it asks for is permitted, or a library's that is ignored on purpose", () => {
      const unknown = audit.of("env").filter((name) =>
        ![...VARIABLES, ...PRESENT].includes(name) && !IGNORED.some((pattern) => pattern.test(name))
      );
      assert.deepEqual(unknown, []);
    });
    await test.step("it asks for every variable that is permitted", () => {
      assert.deepEqual(VARIABLES.filter((name) => !audit.of("env").includes(name)), []);
    });
    await test.step("it reads in the folders that are permitted, and of a kubeconfig", () => {
      const permitted = [...READABLE_FOLDERS, folder].map((path) => `${path}/`);
      const read = audit.of("read");
      assert.ok(read.length > 0);
      assert.deepEqual(read.filter((path) => !permitted.some((start) => path.startsWith(start))), []);
    });
    await test.step("it asks for what of the system is permitted", () => {
      const [flag] = permissionFlags("pod").filter((flag) => flag.startsWith("--allow-sys="));
      assert.equal(flag, `--allow-sys=${audit.of("sys")}`);
    });
    await test.step("it starts no program, loads no library and imports nothing", () => {
      assert.deepEqual([audit.of("run"), audit.of("ffi"), audit.of("import")], [[], [], []]);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Lets it make a bucket, then start in a pod and with nothing, where it asks and ends; and tell its version. */
async function audited(folder: string): Promise<Audit> {
  await using parts = new AsyncDisposableStack();
  const kube = parts.adopt(await startKubeSandbox(), (each) => each.close());
  const aws = parts.adopt(await startAwsSandbox(), (each) => each.close());
  const server = { url: kube.url, kubeconfig: "" };
  await installKinds(server);
  const admin = parts.use(new Admin(server));
  for (const each of providerObjects(aws, { endpoint: aws.url })) await admin.create(each);
  await admin.create(bucket("audited"));
  const kubeconfig = `${folder}/kubeconfig`;
  await Deno.writeTextFile(kubeconfig, kube.kubeconfig());
  const file = `${folder}/audit`;
  const operator = await start(["--metrics-port=0"], { folder, file, env: { KUBECONFIG: kubeconfig } });
  const ending = operator.output();
  let ended = false;
  void ending.then(() => ended = true);
  try {
    const ready = async () => {
      const { status } = await admin.get(bucket("audited"));
      return ended || status?.conditions?.some((each: Loose) => each.type === "Ready" && each.status === "True");
    };
    await waitFor("the bucket", ready);
  } finally {
    if (!ended) operator.kill("SIGTERM");
  }
  const { code, stderr } = await ending;
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const audit = new Audit();
  audit.read(await Deno.readTextFile(file));
  const starts = [
    { args: [], env: { KUBERNETES_SERVICE_HOST: "127.0.0.1" } },
    { args: [], env: {} },
    { args: ["version"], env: {} },
  ];
  for (const { args, env } of starts) {
    await Deno.remove(file);
    await (await start(args, { folder, file, env: { HOME: folder, ...env } as Record<string, string> })).output();
    audit.read(await Deno.readTextFile(file));
  }
  return audit;
}

async function start(args: readonly string[], { folder, file, env }: {
  readonly folder: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<Deno.ChildProcess> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir: DENO_DIR } = JSON.parse(new TextDecoder().decode(stdout));
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissionFlags("pod", { read: [folder] }), MAIN, ...args],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", DENO_DIR, DENO_AUDIT_PERMISSIONS: file, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
