import { Lease } from "../../../lib/kube/lease.ts";
import type { ClusterMetrics } from "../../../lib/telemetry/metrics_api.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { KeptLog, transportTo } from "./collaborators.ts";
import type { LeaseClient, LeaseServer } from "./lease_server.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

/** A candidate for a Lease whose work goes on until it is asked to stop, and then as long as a test wants. */
export class Candidate {
  readonly client: LeaseClient;
  readonly lease: Lease;
  readonly log = new KeptLog();
  /** True while its work runs. */
  working = false;
  /** True once its work was told that the lease is lost. */
  told = false;
  outcome: "released" | "lost" | Error | undefined;
  /** Resolves the work; set by `work`. */
  finish: () => void = () => {};
  readonly #stop = new AbortController();

  constructor(server: LeaseServer, { name, time, random = () => 0, metrics = noopMetrics }: {
    readonly name: string;
    readonly time: VirtualTime;
    readonly random?: () => number;
    readonly metrics?: Pick<ClusterMetrics, "leaseRenewed">;
  }) {
    this.client = server.client(name);
    const transport = transportTo("http://kube", { fetch: this.client.fetch, clock: time });
    const options = { namespace: "sys", name: "op", identity: name, random };
    this.lease = new Lease({ ...options, transport, clock: time, log: this.log, metrics });
  }

  /** Work that ends at the loss of the lease, or `finish`; `lingers` lets it end at `finish` alone. */
  async start({ lingers = false }: { readonly lingers?: boolean } = {}): Promise<void> {
    const lead = (lost: AbortSignal) =>
      new Promise<void>((resolve) => {
        this.working = true;
        this.finish = () => (this.working = false, resolve());
        lost.addEventListener("abort", () => {
          this.told = true;
          if (!lingers) this.finish();
        });
        if (!lingers) this.#stop.signal.addEventListener("abort", () => this.finish());
      });
    this.lease.hold(this.#stop.signal, lead).then(
      (outcome) => this.outcome = outcome,
      (error) => this.outcome = error,
    );
    await settle();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error("Stopping"));
    await settle();
  }
}
