import { runFlags } from "../../bench/program.ts";
import { freePort, spawn } from "../../api/processes.ts";

export interface OperatorOptions {
  /** Path of the operator's bundle. */
  readonly bundle: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  /** How far its wall clock is ahead of the machine's, milliseconds. */
  readonly laterMs: number;
}

const LATER = new URL("./later.ts", import.meta.url).pathname;
const FLAGS = ["--leader-elect=false", "--watch-scope=namespaced", "--log-level=DEBUG"];

/** The operator in a process of its own, which ends without a chance to put anything in order. */
export class RealOperator {
  readonly #url: string;
  readonly #process: ReturnType<typeof spawn>;
  #dead = false;

  constructor({ bundle, kubeconfig, namespace, laterMs }: OperatorOptions) {
    const port = freePort();
    const flags = [`--kubeconfig=${kubeconfig}`, `--watch-namespaces=${namespace}`, `--metrics-port=${port}`];
    const args = ["run", ...runFlags, `--preload=${LATER}`, bundle, ...FLAGS, ...flags];
    this.#process = spawn("operator", Deno.execPath(), "/", args, { LATER_MS: String(laterMs) });
    this.#url = `http://127.0.0.1:${port}/readyz`;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Its last log lines. */
  get log(): readonly string[] {
    return this.#process.log().trimEnd().split("\n");
  }

  /** Resolves once it is gone. */
  async kill(): Promise<void> {
    this.#dead = true;
    await this.#process.stop("SIGKILL");
  }

  /** Is it synced? Its answer also shows that it was through with what it had in hand. */
  async ready(): Promise<boolean> {
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
