import { dirname } from "node:path";
import { runtimeFlags } from "../../../tools/executable/compiler.ts";
import { spawn } from "../../api/processes.ts";

export interface OperatorOptions {
  /** Path of the operator's bundle. */
  readonly bundle: string;
  readonly kubeconfig: string;
  readonly namespace: string;
  /** How far its wall clock is ahead of the machine's, milliseconds. */
  readonly laterMs: number;
}

const LATER = new URL("./later.ts", import.meta.url).pathname;
const FLAGS = ["--leader-elect=false", "--watch-scope=namespaced", "--metrics-port=0", "--log-level=DEBUG"];

/** The operator in a process of its own, which ends without a chance to put anything in order. */
export class RealOperator {
  readonly #process: ReturnType<typeof spawn>;
  #dead = false;
  #ended = false;

  constructor({ bundle, kubeconfig, namespace, laterMs }: OperatorOptions) {
    const flags = [`--kubeconfig=${kubeconfig}`, `--watch-namespaces=${namespace}`];
    const permitted = runtimeFlags("pod", { read: [dirname(kubeconfig)], env: ["LATER_MS"] });
    const args = ["run", ...permitted, `--preload=${LATER}`, bundle, ...FLAGS, ...flags];
    this.#process = spawn("operator", Deno.execPath(), "/", args, { LATER_MS: String(laterMs) });
    void this.#process.status.then(() => this.#ended = true);
  }

  /** Was it killed? */
  get dead(): boolean {
    return this.#dead;
  }

  /** Did it end by itself, which it never should? */
  get failed(): boolean {
    return this.#ended && !this.#dead;
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
    const [, port] = this.#process.log().match(/"Serving metrics","port":(\d+)/) ?? [];
    if (port === undefined) return false;
    try {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
