const MAIN = new URL("../../../main.ts", import.meta.url);

/** What a run of the program came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts main.ts, with no more of the environment than Deno itself needs. */
export function spawnMain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Deno.ChildProcess {
  const { DENO_DIR, HOME = "/", PATH = "" } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", MAIN.pathname, ...args],
    clearEnv: true,
    env: { HOME, PATH, NO_COLOR: "1", ...(DENO_DIR === undefined ? {} : { DENO_DIR }), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs main.ts to its end. */
export async function runMain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await spawnMain(args, env).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A kubeconfig for a server without credentials, in a folder of its own. */
export async function writeKubeconfig(server: string): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/config`;
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    clusters: [{ name: "a", cluster: { server } }],
    users: [{ name: "a", user: {} }],
  };
  await Deno.writeTextFile(path, JSON.stringify(kubeconfig));
  return { path, remove: () => Deno.remove(folder, { recursive: true }) };
}
