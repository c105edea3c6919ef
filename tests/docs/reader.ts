import assert from "node:assert/strict";
import { type Outcome, run } from "../chart/helm.ts";
import { type Block, placeOf, ROOT } from "./pages.ts";
import { findPrograms, type Programs } from "./programs.ts";
import { isShownBy } from "./shown.ts";

/**
 * What a reader's shell finds. There is no kubelet: `kubectl logs` shows the log of the operator that stands in for the
 * pod, and for what else only a kubelet answers the words are checked. A `grep` that finds nothing is no failure.
 */
const WRAPPERS: Readonly<Record<string, (programs: Programs) => string>> = {
  kubectl: ({ kubectl }) =>
    `for ((i = 1; i <= $#; i++)); do
  case "\${!i}" in
    logs) "${kubectl}" "\${@:1:i}" --help "\${@:i+1}" >/dev/null && exec cat "$POD_LOG"; exit 1 ;;
    top | run) exec "${kubectl}" "\${@:1:i}" --help "\${@:i+1}" ;;
  esac
done
exec "${kubectl}" "$@"`,
  helm: ({ helm }) => `exec "${helm}" "$@"`,
  promtool: ({ promtool }) => `exec "${promtool}" "$@"`,
  aws: ({ aws }) => `exec "${aws}" "$@"`,
  jq: ({ python }) =>
    `exec "${python}" -c 'import jq, sys
for each in jq.compile(sys.argv[2]).input_text(sys.stdin.read()): print(each)' "$@"`,
  grep: () => `/bin/grep "$@" || test $? = 1`,
};

/** Seconds until a script is ended. */
const PATIENCE = "100";

export interface ReaderOptions {
  readonly kubeconfig: string;
  /** Of a person who may do all at the service. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The operator's log. */
  readonly log: () => readonly string[];
}

/**
 * Somebody who runs what the documentation says, in a folder that shows the project and takes new files. Each page has a
 * terminal of its own, where what one block exports is there for the next ones.
 */
export class Reader implements AsyncDisposable {
  readonly #home: string;
  readonly #options: ReaderOptions;

  private constructor(home: string, options: ReaderOptions) {
    this.#home = home;
    this.#options = options;
  }

  static async start(options: ReaderOptions): Promise<Reader> {
    const home = await Deno.makeTempDir({ prefix: "reader-" });
    const programs = await findPrograms();
    await Deno.mkdir(`${home}/bin`);
    await Deno.mkdir(`${home}/work`);
    for await (const { name } of Deno.readDir(ROOT)) await Deno.symlink(ROOT + name, `${home}/work/${name}`);
    for (const [name, script] of Object.entries(WRAPPERS)) {
      await Deno.writeTextFile(`${home}/bin/${name}`, `#!/bin/bash\n${script(programs)}\n`, { mode: 0o755 });
    }
    return new Reader(home, options);
  }

  /**
   * Runs a block as a script that ends with the first failure, and compares what it prints with what the page shows; in
   * both, keys of `replacements` are replaced by their values.
   */
  async runs(block: Block, replacements: Readonly<Record<string, string>>): Promise<string> {
    const replaced = (text: string) => {
      return Object.entries(replacements).reduce((text, [key, value]) => text.replaceAll(key, value), text);
    };
    const script = replaced(block.text);
    const { code, out, err } = await this.bash(script, block.page);
    const complaints = this.#options.log().filter((line) => /"(WARNING|ERROR)"/.test(line)).slice(-5);
    assert.equal(code, 0, [placeOf(block), script, out, err, ...complaints].join("\n"));
    const shown = replaced(block.shows ?? "…");
    assert.ok(isShownBy(shown, out), `${placeOf(block)} shows\n${shown}\nand this was printed:\n${out}\n${err}`);
    return out;
  }

  async bash(script: string, page = ""): Promise<Outcome> {
    const { kubeconfig, credentials, log } = this.#options;
    await Deno.writeTextFile(`${this.#home}/log`, log().map((line) => `${line}\n`).join(""));
    const env = {
      PATH: `${this.#home}/bin:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.#home,
      KUBECONFIG: kubeconfig,
      POD_LOG: `${this.#home}/log`,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const exports = `${this.#home}/exports-${page.replaceAll("/", "-")}`;
    const lines = [
      `cd "${this.#home}/work"; set -euo pipefail; test ! -e "${exports}" || . "${exports}"`,
      script,
      `export -p > "${exports}"`,
    ];
    return await run("timeout", [PATIENCE, "/bin/bash", "-c", lines.join("\n")], { env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#home, { recursive: true });
  }
}
