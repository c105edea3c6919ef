import { Lease } from "../../../lib/kube/lease.ts";
import { Manager, type ManagerOptions } from "../../../lib/kube/manager.ts";
import { Stores } from "../../../lib/kube/store.ts";
import { KeptLog, transportTo } from "./collaborators.ts";
import { FakeCluster } from "./fake_cluster.ts";
import { ThingReconciler } from "./thing_reconciler.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

/** A manager of two kinds over a cluster in memory, under a virtual clock. */
export class ManagerWorld implements AsyncDisposable {
  readonly cluster = new FakeCluster();
  readonly time: VirtualTime;
  readonly log: KeptLog;
  readonly things = new ThingReconciler();
  readonly owners = new ThingReconciler("Owner", "owners");
  readonly stores: Stores;
  readonly manager: Manager;
  outcome: "stopped" | "lost" | Error | undefined;
  readonly #timers: Disposable;
  readonly #stop = new AbortController();

  /** @param given what the options were made with */
  constructor(
    { leased = false, ...options }: Partial<ManagerOptions> & { readonly leased?: boolean } = {},
    given: { readonly time: VirtualTime; readonly log: KeptLog } = { time: new VirtualTime(), log: new KeptLog() },
  ) {
    ({ time: this.time, log: this.log } = given);
    this.#timers = this.time.installTimers();
    const reconcilers = [this.things, this.owners];
    this.stores = new Stores(reconcilers.map(({ type }) => type));
    const transport = transportTo("http://kube", { fetch: this.cluster.fetch, clock: this.time });
    const { stores, log, time: clock } = this;
    const random = () => 0;
    const identity = { namespace: "sys", name: "op", identity: "me" };
    const lease = leased ? { lease: new Lease({ ...identity, transport, clock, log, random }) } : {};
    const defaults = { concurrency: 4, transport, stores, reconcilers, clock, random, log };
    this.manager = new Manager({ ...defaults, ...lease, ...options });
  }

  /** Starts the manager and waits until it leads or cannot go on. */
  async start(): Promise<void> {
    this.manager.run(this.#stop.signal).then(
      (outcome) => this.outcome = outcome,
      (error) => this.outcome = error,
    );
    await this.time.advance(100);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("Stopping"));
    await settle();
  }

  /** Starts, and forgets the reconciles of what is there already. */
  async begin(): Promise<void> {
    await this.start();
    this.taken();
  }

  /** What was reconciled since the last call: `Kind/namespace/name`. */
  taken(): string[] {
    const keys = [this.things, this.owners].flatMap((each) => each.taken().map((key) => `${each.type.kind}/${key}`));
    return keys.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.time.advance(120_000);
    this.#timers[Symbol.dispose]();
  }
}
