import type { HandlerDeps } from "../../handlers/deps.ts";
import { childKinds, kinds } from "../../handlers/kinds.ts";
import { createReconcilers } from "../../handlers/mod.ts";
import { createOperator } from "../../lib/app.ts";
import { connect } from "../../lib/aws/connection.ts";
import { readInvocation } from "../../lib/config/config.ts";
import { createLogger } from "../../lib/telemetry/log.ts";
import { noopMetrics } from "../../lib/telemetry/noop_metrics.ts";
import { untraced } from "../../lib/telemetry/tracing/api.ts";
import { seededRandom } from "../sandbox/aws/ids.ts";
import { Gate, type GateOptions } from "./gate.ts";

const MOST_LINES = 400;
const FLAGS = ["--drift-check-interval-seconds=900"];

export interface ProcessOptions extends GateOptions {
  readonly seed: number;
  /** It is one of several, and leads only while it holds the lease. */
  readonly leaderElect?: boolean;
  /** How far its clock is ahead of the others' and the servers', milliseconds. */
  readonly aheadMs?: number;
  /** Called when it has ended by itself: it lost its lease. */
  readonly onEnd?: () => void;
  /** A bug: it calls S3 and IAM without asking whether it leads. */
  readonly unfenced?: boolean;
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
    const { time, seed, leaderElect = false, aheadMs = 0, onEnd = () => {}, unfenced = false } = this.options;
    const { config } = readInvocation([...FLAGS, `--leader-elect=${leaderElect}`], () => undefined);
    const clock = {
      now: () => Math.floor(time.now()) + aheadMs,
      monotonic: () => time.elapsed,
      sleep: (ms: number, signal?: AbortSignal) => time.sleep(ms, signal),
    };
    const log = createLogger({ level: "DEBUG", write: (line) => this.#write(line), now: clock.now });
    const settings = {
      driftIntervalMs: config.driftCheckIntervalSeconds * 1000,
      references: config.references,
      adoption: config.adoption,
    };
    const random = seededRandom(seed);
    const shared = { clock, random, log, traceSpan: untraced, metrics: noopMetrics };
    const http = this.gate.awsHttp;
    const { run } = await createOperator({
      ...shared,
      config,
      platform: {
        env: (name) => name === "KUBERNETES_SERVICE_HOST" ? "kube.test" : undefined,
        readFile: (path) => Promise.resolve(path.endsWith("namespace") ? "default" : "text"),
        mayRunPrograms: () => false,
        createFetch: () => ({ fetch: this.gate.fetch, close: () => {} }),
        openAwsHttp: http,
        hostname: () => "chaos",
        clock,
        random,
      },
      kinds: Object.values(kinds),
      children: childKinds,
      createReconcilers: ({ stores, ...parts }) =>
        createReconcilers({
          ...parts,
          settings,
          stores: stores as unknown as HandlerDeps["stores"],
          ...(unfenced ? { connect: (settings) => connect(settings, { ...shared, http, mayMutate: () => true }) } : {}),
        }),
    });
    void run(new AbortController().signal).then(onEnd);
  }

  #write(line: string): void {
    if (this.gate.owner.dead) return;
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}
