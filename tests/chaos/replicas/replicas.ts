import { Gate, isWatch, type Meddler, type Next, type Passing } from "../gate.ts";
import type { Broken } from "../invariants.ts";
import { OperatorProcess } from "../process.ts";
import { editWatch } from "../watch_stream.ts";
import { watched } from "../watched.ts";
import type { ChaosWorld } from "../world.ts";
import { isChange, isLeaseRequest, LeaseLaw } from "./law.ts";

/** What a process cannot reach: nothing there answers it any more. */
export type Cut = "lease" | "kube";

/** Called with each request that is counted; takes part in what becomes of it. */
export type Strike = (process: OperatorProcess, passing: Passing, next: Next) => Promise<Response>;

export interface ReplicasOptions {
  /** How far the clock of each is ahead of the servers', milliseconds. */
  readonly aheadMs: readonly number[];
  readonly unfenced?: boolean;
}

/** So long after its end a process is started again, milliseconds. */
const RESTART_MS = 1_000;
/** Without a change for this long all that is going to happen has happened, but for what a drift check finds. */
const QUIET_MS = 100_000;
const PATIENCE_MS = 3_600_000;

/** Several operators at once. One that ends is started again, and can reach all again. */
export class Replicas {
  readonly law = new LeaseLaw();
  readonly broken: Broken[] = this.law.broken;
  /** Called with what changes something or asks the service, and with requests for the lease. */
  strike: Strike = (_process, _passing, next) => next();
  /** Keys that were made at IAM. */
  keysMade = 0;
  readonly #processes: OperatorProcess[] = [];
  readonly #cuts = new Map<OperatorProcess, Cut>();
  #changes = 0;
  #starts = 0;

  private constructor(readonly world: ChaosWorld, readonly options: ReplicasOptions) {}

  /** Starts them beside each other, in a world where no other operator runs, and waits until one leads. */
  static async start(world: ChaosWorld, options: ReplicasOptions): Promise<Replicas> {
    const replicas = new Replicas(world, options);
    for (const index of options.aheadMs.keys()) await replicas.#start(index);
    await world.time.runUntil(() => replicas.law.holder !== undefined, QUIET_MS);
    return replicas;
  }

  /** The last log lines of all that run. */
  get log(): readonly string[] {
    return this.#processes.flatMap(({ options: { seed }, log }) => log.map((line) => `${seed} ${line}`));
  }

  cut(process: OperatorProcess, what: Cut): void {
    this.#cuts.set(process, what);
  }

  /** Lets time run until nothing changes any more; returns what is not settled then. */
  async rest(): Promise<string[]> {
    const { time } = this.world;
    const end = time.elapsed + PATIENCE_MS;
    while (time.elapsed < end) {
      const before = this.#changes;
      await time.runUntil(() => false, QUIET_MS);
      const unsettled = this.world.unsettled();
      if (this.#changes === before) return this.law.holder ? unsettled : [...unsettled, "nobody leads"];
    }
    return ["it still changes something"];
  }

  stop(): void {
    for (const process of this.#processes) process.kill();
    this.world.kube.cutWatches("end");
  }

  async #start(index: number): Promise<void> {
    const { time, kube, aws, sabotage } = this.world;
    const seed = 100 * (index + 1) + ++this.#starts;
    const process = await OperatorProcess.start({
      time,
      kube: (request) => kube.answer(request),
      aws: (request) => aws.answer(request),
      seed,
      sabotage,
      leaderElect: true,
      aheadMs: this.options.aheadMs[index]!,
      unfenced: this.options.unfenced ?? false,
      onEnd: () => {
        process.kill();
        time.as(undefined, () => time.set(() => void this.#start(index), RESTART_MS));
      },
    });
    process.gate.meddle = this.#meddler(process);
    this.#processes[index] = process;
  }

  #meddler(process: OperatorProcess): Meddler {
    const eye = watched(this.world, this.broken);
    return async (passing, next) => {
      this.law.arrived(process, passing, this.world.time.elapsed);
      if (isChange(passing)) this.#changes++;
      if (this.#isCut(process, passing)) return await Gate.never();
      const carryOut: Next = async (instead) => {
        const response = await eye(passing, () => next(instead));
        await this.#note(process, passing, response);
        return isWatch(passing) ? this.#cuttable(process, response) : response;
      };
      const counts = passing.number > 0 || isLeaseRequest(passing);
      return counts ? await this.strike(process, passing, carryOut) : await carryOut();
    };
  }

  #cuttable(process: OperatorProcess, response: Response): Response {
    return editWatch(response, (line) => this.#cuts.get(process) === "kube" ? "stall" : [line]);
  }

  #isCut(process: OperatorProcess, passing: Passing): boolean {
    const cut = this.#cuts.get(process);
    return cut === "kube" ? passing.side === "kube" : cut === "lease" && isLeaseRequest(passing);
  }

  async #note(process: OperatorProcess, passing: Passing, { ok }: Response): Promise<void> {
    if (!ok) return;
    if (passing.name.startsWith("iam:CreateAccessKey")) this.keysMade++;
    if (passing.number === 0 || !isLeaseRequest(passing)) return;
    const { spec } = await passing.request.clone().json();
    this.law.written(process, spec.holderIdentity, this.world.time.elapsed);
  }
}
