import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import project from "../../deno.json" with { type: "json" };
import { type Child, freePort, spawn, waitFor } from "../api/processes.ts";
import { findPrograms } from "./programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STAND_IN = fileURLToPath(new URL("./stand_in.sh", import.meta.url));
/** What has no place in a fresh checkout. */
const LEFT_OUT = new Set([".git", "dist", "node_modules"]);

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly steps: readonly Step[];
  readonly outputs?: Readonly<Record<string, string>>;
}

type Outputs = Readonly<Record<string, string>>;

/** The version that is released. */
export const VERSION = project.version;
export const TOKEN = "the-token-of-the-workflow";
/** What the builder tells of the image. */
export const IMAGE_DIGEST = `sha256:${"1".repeat(64)}`;

/**
 * A copy of the project in which the commands of release.yaml run as GitHub would run them. The registry takes charts
 * in earnest, and Helm is real; docker, gh and cosign are stand-ins, and nothing is compiled, as that needs runtimes
 * for machines of every kind.
 */
export class Rehearsal implements AsyncDisposable {
  /** `host:port` of the registry. */
  readonly registry: string;
  readonly #folder: string;
  readonly #server: Child;
  readonly #jobs: Readonly<Record<string, Job>>;
  readonly #outputs = new Map<string, Outputs>();

  private constructor(folder: string, registry: string, { server, jobs }: {
    readonly server: Child;
    readonly jobs: Readonly<Record<string, Job>>;
  }) {
    [this.#folder, this.registry, this.#server, this.#jobs] = [folder, registry, server, jobs];
  }

  static async start(): Promise<Rehearsal> {
    const folder = await Deno.makeTempDir();
    for (const part of ["checkout", "record", "programs"]) await Deno.mkdir(`${folder}/${part}`);
    const parts = (await Array.fromAsync(Deno.readDir(ROOT))).map(({ name }) => name);
    await succeed("cp", [
      "-a",
      ...parts.filter((name) => !LEFT_OUT.has(name)).map((name) => ROOT + name),
      `${folder}/checkout`,
    ]);
    for (const name of ["docker", "gh", "cosign"]) {
      await Deno.copyFile(STAND_IN, `${folder}/programs/${name}`);
      await Deno.chmod(`${folder}/programs/${name}`, 0o755);
    }
    const port = freePort();
    const server = spawn("registry", (await findPrograms()).registry, folder, ["-port", `${port}`]);
    const registry = `127.0.0.1:${port}`;
    await waitFor(
      "the registry",
      async () => {
        const response = await fetch(`http://${registry}/v2/`);
        await response.body?.cancel();
        return response.ok;
      },
      60_000,
      () => server.log(),
    );
    const { jobs } = parse(await Deno.readTextFile(`${ROOT}.github/workflows/release.yaml`));
    return new Rehearsal(folder, registry, { server, jobs });
  }

  /** A file of the checkout, or of what the stand-ins wrote down. */
  path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  async read(name: string): Promise<string> {
    return await Deno.readTextFile(this.path(name));
  }

  /**
   * Runs the commands of a job, one after the other, and keeps its outputs for later jobs.
   * @param more variables besides those that GitHub gives
   * @throws Error with what a command said when it fails
   */
  async play(name: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
    const job = this.#jobs[name];
    if (job === undefined) throw new Error(`release.yaml has no job ${name}`);
    for (const [index, { id = `${index}`, run, env = {} }] of job.steps.entries()) {
      if (run === undefined || / task compile:/.test(run)) continue;
      const given = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, this.#filledIn(value)]));
      this.#outputs.set(`steps.${id}`, await this.#run(run, { ...more, ...given }));
    }
    const outputs = Object.entries(job.outputs ?? {}).map(([key, value]) => [key, this.#filledIn(value)]);
    this.#outputs.set(`needs.${name}`, Object.fromEntries(outputs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Puts in what steps and jobs told, and the token. */
  #filledIn(text: string): string {
    return text.replace(/\$\{\{ (\S+) \}\}/g, (_, path: string) => {
      if (path === "github.token") return TOKEN;
      const [, from = "", key = ""] = path.match(/^(.*)\.outputs\.(.*)$/) ?? [];
      const value = this.#outputs.get(from)?.[key];
      if (value === undefined) throw new Error(`Nothing told ${path}`);
      return value;
    });
  }

  async #run(command: string, env: Readonly<Record<string, string>>): Promise<Outputs> {
    const output = await Deno.makeTempFile({ dir: this.#folder });
    const programs = this.path("programs");
    const github = {
      GITHUB_ACTOR: "somebody",
      GITHUB_OUTPUT: output,
      GITHUB_REF_NAME: `v${VERSION}`,
      GITHUB_REPOSITORY: "kenchrcum/wasabi-s3-operator",
    };
    await succeed("bash", ["-e", "-c", command], {
      cwd: this.path("checkout"),
      env: {
        ...github,
        // A copy has no repository to ask.
        REVISION: "a".repeat(40),
        SOURCE_DATE_EPOCH: "1896048000",
        PATH: `${programs}:${Deno.env.get("PATH")}`,
        COSIGN: `${programs}/cosign`,
        RECORD: this.path("record"),
        IMAGE: IMAGE_DIGEST,
        ...env,
      },
    });
    const lines = (await Deno.readTextFile(output)).split("\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1)]));
  }
}

/** Runs a program to its end, without standard input. @throws Error with what it said when it fails */
export async function succeed(program: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { success, stdout, stderr } = await new Deno.Command(program, { ...options, args: [...args], stdin: "null" })
    .output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`${program} ${args.join(" ")} failed:\n${out}${err}`);
  return out;
}
