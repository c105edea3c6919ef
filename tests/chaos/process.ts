import type { HandlerDeps } from "../../handlers/deps.ts";
import { kinds } from "../../handlers/kinds.ts";
import { createReconcilers } from "../../handlers/mod.ts";
import { createOperator } from "../../lib/app.ts";
import { readInvocation } from "../../lib/config/config.ts";
import { createLogger } from "../../lib/telemetry/log.ts";
import { noopMetrics } from "../../lib/telemetry/noop_metrics.ts";
import { traceSpan } from "../../lib/telemetry/trace.ts";
import { seededRandom } from "../sandbox/aws/ids.ts";
import { Gate, type GateOptions } from "./gate.ts";

const MOST_LINES = 400;
const FLAGS = ["--leader-elect=false", "--drift-check-interval-seconds=300"];

export interface ProcessOptions extends GateOptions {
  readonly seed: number;
}

/** The whole operator as one process that can be killed: nothing that it does afterwards reaches anybody. */
export class OperatorProcess {
  readonly #lines: string[] = [];

  private constructor(readonly gate: Gate, readonly options: ProcessOptions) {}

  /** Starts it; it works once time runs. */
  static async start(options: ProcessOptions): Promise<OperatorProcess> {
    const { time } = options;
    const gate = new Gate(options);
    const started = new OperatorProcess(gate, options);
    await time.as(gate.owner, () => started.#begin());
    return started;
  }

  /** Its last log lines. */
  get log(): readonly string[] {
    return this.#lines;
  }

  kill(): void {
    this.options.time.kill(this.gate.owner);
  }

  async #begin(): Promise<void> {
    const { time, seed } = this.options;
    const { config } = readInvocation(FLAGS, () => undefined);
    const clock = {
      now: () => Math.floor(time.now()),
      monotonic: () => time.elapsed,
      sleep: (ms: number, signal?: AbortSignal) => time.sleep(ms, signal),
    };
    const log = createLogger({ level: "DEBUG", write: (line) => this.#write(line), now: clock.now });
    const settings = {
      driftIntervalMs: config.driftCheckIntervalSeconds * 1000,
      references: config.references,
      adoption: config.adoption,
    };
    const { run } = await createOperator({
      config,
      platform: {
        env: (name) => name === "KUBERNETES_SERVICE_HOST" ? "kube.test" : undefined,
        readFile: (path) => Promise.resolve(path.endsWith("namespace") ? "default" : "text"),
        createFetch: () => ({ fetch: this.gate.fetch, close: () => {} }),
        openAwsHttp: this.gate.awsHttp,
        hostname: () => "chaos",
        clock,
        random: seededRandom(seed),
      },
      metrics: noopMetrics,
      log,
      traceSpan,
      types: Object.values(kinds),
      createReconcilers: ({ stores, ...parts }) =>
        createReconcilers({ ...parts, settings, stores: stores as unknown as HandlerDeps["stores"] }),
    });
    void run(new AbortController().signal);
  }

  #write(line: string): void {
    if (this.gate.owner.dead) return;
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}
