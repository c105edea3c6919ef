const MAIN = new URL("../../../main.ts", import.meta.url);

/** What a run of the program came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs main.ts to its end, with no more of the environment than Deno itself needs. */
export async function runMain(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const { DENO_DIR, HOME = "/", PATH = "" } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", MAIN.pathname, ...args],
    clearEnv: true,
    env: { HOME, PATH, NO_COLOR: "1", ...(DENO_DIR === undefined ? {} : { DENO_DIR }), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
