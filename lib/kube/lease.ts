import type { Clock, Logger } from "../telemetry/api.ts";
import type { ClusterMetrics } from "../telemetry/metrics_api.ts";
import { noopMetrics } from "../telemetry/noop_metrics.ts";
import type { ResourceType } from "./api.ts";
import { isNotFound, KubeError } from "./errors.ts";
import { microTime } from "./micro_time.ts";
import type { KubeObject } from "./object.ts";
import { pathOf } from "./paths.ts";
import type { Transport } from "./transport.ts";

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

interface LeaseObject extends KubeObject {
  readonly spec: LeaseSpec;
}

export interface LeaseOptions {
  readonly transport: Transport;
  readonly namespace: string;
  readonly name: string;
  readonly identity: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics?: Pick<ClusterMetrics, "leaseRenewed">;
  /** Others may take it after this long without a renewal, milliseconds. Default 15 s. */
  readonly durationMs?: number;
  /** Without a renewal for this long it counts as lost. Default 10 s. */
  readonly renewDeadlineMs?: number;
  /** Between two renewals. Default 2 s. */
  readonly retryMs?: number;
}

const leaseType: ResourceType<LeaseObject> = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
};

/**
 * Leadership by a Lease. Expiry counts from our own monotonic clock since the record last changed, so clocks of other
 * machines do not matter.
 */
export class Lease {
  readonly #options: Required<LeaseOptions>;
  #seen = "";
  #seenAt = 0;
  #current: LeaseObject | undefined;
  #renewedAt = -Infinity;

  constructor(options: LeaseOptions) {
    this.#options = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, metrics: noopMetrics, ...options };
  }

  /** No mutating call may start later than the renew deadline after the last renewal: S3 has no fencing. */
  mayMutate(): boolean {
    return this.#options.clock.monotonic() - this.#renewedAt < this.#options.renewDeadlineMs;
  }

  /**
   * Waits for the lease, then runs `lead` while it is held; `lead`'s signal aborts when it is lost.
   * The lease is released once `lead` has resolved; one that rejects may still be at work, so its lease is left to
   * expire.
   */
  async hold(stop: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<"released" | "lost"> {
    const { clock, log, identity, retryMs } = this.#options;
    if (!await this.#acquire(stop)) return "released";
    if (stop.aborted) return await this.#release();
    log.info("Leading", { identity });
    const [lost, ended] = [new AbortController(), new AbortController()];
    const work = lead(lost.signal).finally(() => ended.abort());
    work.catch(() => {});
    // Counted from the start of a try, so that one that hung does not put off the next.
    let next = clock.monotonic() + retryMs;
    while (!ended.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(Math.max(0, Math.min(next - clock.monotonic(), this.#leftMs())), ended.signal);
      next = clock.monotonic() + retryMs;
      if (ended.signal.aborted || await this.#renew()) continue;
      this.#renewedAt = -Infinity;
      log.error("Leadership lost", { holder: this.#current?.spec.holderIdentity });
      lost.abort(new Error("The lease was lost"));
    }
    if (lost.signal.aborted) {
      await work.catch((error) => log.error("Work went on without the lease", { error }));
      return "lost";
    }
    await work;
    return await this.#release();
  }

  /** Resolves to true when the lease is ours, to false when `stop` aborted before. */
  async #acquire(stop: AbortSignal): Promise<boolean> {
    const { clock, retryMs, random, log } = this.#options;
    let [told, refused] = [false, false];
    while (!stop.aborted) {
      const taken = await this.#take("acquire").catch((error) => {
        const isRefusal = error instanceof KubeError && error.code === 403;
        if (isRefusal && !refused) {
          log.warning("Not allowed to take the Lease: bind the chart's role for it", { error });
        } else log.debug("Lease not taken", { error });
        refused = isRefusal;
        return undefined;
      });
      if (taken) return true;
      const waitMs = retryMs * (1 + random() * 0.2);
      if (taken === undefined) await clock.sleep(waitMs, stop);
      else {
        if (!told) log.info("Waiting for the lease", { holder: this.#current?.spec.holderIdentity });
        told = true;
        await this.#untilChanged(waitMs, stop);
      }
    }
    return false;
  }

  /** Tries to renew; false once the lease counts as lost, which a request that hangs does not delay. */
  async #renew(): Promise<boolean> {
    const { clock, metrics } = this.#options;
    // After a freeze somebody else may have led: the lease is not ours again merely because it is free.
    if (!this.mayMutate()) return false;
    const attempt = new AbortController();
    const late = clock.sleep(this.#leftMs(), attempt.signal).then(() => undefined);
    const taken = await Promise.race([this.#take("renew", attempt.signal).catch(() => undefined), late]);
    attempt.abort(new Error("The renewal took too long"));
    if (!taken) metrics.leaseRenewed("error", clock.now());
    return taken !== false && this.mayMutate();
  }

  async #release(): Promise<"released"> {
    // The answer may be lost: from here on another may lead.
    this.#renewedAt = -Infinity;
    await this.#take("release").catch((error) => this.#options.log.debug("Lease not released", { error }));
    return "released";
  }

  /** Milliseconds until the lease counts as lost. */
  #leftMs(): number {
    return Math.max(0, this.#renewedAt + this.#options.renewDeadlineMs - this.#options.clock.monotonic());
  }

  /** One try to take, renew or give up the lease; false when somebody else holds it, or held it meanwhile. */
  async #take(intent: "acquire" | "renew" | "release", signal?: AbortSignal): Promise<boolean> {
    const { clock, identity, durationMs, metrics } = this.#options;
    // Counted from before the request: the deadline must not move because an answer was slow.
    const startedAt = clock.monotonic();
    this.#current = await this.#read(signal);
    const spec = this.#current?.spec ?? {};
    this.#saw(spec);
    const mine = spec.holderIdentity === identity;
    const expiresAt = this.#seenAt + (spec.leaseDurationSeconds ?? durationMs / 1000) * 1000;
    if (intent === "acquire" && spec.holderIdentity && !mine && clock.monotonic() < expiresAt) return false;
    // A lease that somebody deleted is made again; one that another wrote is gone, even if it is free.
    if (intent === "renew" && this.#current && !mine) return false;
    if (intent === "release" && !mine) return false;
    this.#current = await this.#write(intent === "release" ? this.#released(spec) : this.#held(spec, mine), signal);
    this.#saw(this.#current.spec);
    signal?.throwIfAborted();
    if (intent === "release") return true;
    this.#renewedAt = startedAt;
    metrics.leaseRenewed("success", clock.now());
    return true;
  }

  #saw(spec: LeaseSpec): void {
    const record = JSON.stringify(spec);
    if (record !== this.#seen) [this.#seen, this.#seenAt] = [record, this.#options.clock.monotonic()];
  }

  #held(spec: LeaseSpec, mine: boolean): LeaseSpec {
    const { identity, durationMs, clock } = this.#options;
    const now = microTime(clock.now());
    const transitions = (spec.leaseTransitions ?? 0) + (this.#current && !mine ? 1 : 0);
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: mine ? spec.acquireTime ?? now : now,
      renewTime: now,
      leaseTransitions: transitions,
    };
  }

  #released(spec: LeaseSpec): LeaseSpec {
    return { ...spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(this.#options.clock.now()) };
  }

  async #read(signal: AbortSignal | undefined): Promise<LeaseObject | undefined> {
    const options = this.#request("get_leases", signal);
    try {
      return await this.#options.transport.request<LeaseObject>("GET", this.#path(true), options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The resource version in the metadata is the fence between candidates. */
  async #write(spec: LeaseSpec, signal: AbortSignal | undefined): Promise<LeaseObject> {
    const { namespace, name, transport } = this.#options;
    const metadata = this.#current?.metadata ?? { namespace, name };
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
    const method = this.#current ? "PUT" : "POST";
    return await transport.request<LeaseObject>(method, this.#path(this.#current !== undefined), {
      ...this.#request("update_leases", signal),
      body,
    });
  }

  /** A candidate watches the lease, so that a release is taken within a second. */
  async #untilChanged(waitMs: number, stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const ended = new AbortController();
    const end = () => ended.abort();
    stop.addEventListener("abort", end, { once: true });
    try {
      const slept = clock.sleep(waitMs, ended.signal);
      await Promise.race([slept, this.#nextEvent(waitMs, ended.signal).catch(() => slept)]);
    } finally {
      stop.removeEventListener("abort", end);
      end();
    }
  }

  /** Resolves at a change of the lease; rejects when it cannot be watched. */
  async #nextEvent(idleMs: number, signal: AbortSignal): Promise<void> {
    const { transport, name } = this.#options;
    const query = {
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: this.#current?.metadata.resourceVersion ?? "0",
    };
    const options = { operation: "watch_leases", signal, query, idleMs };
    for await (const { type } of transport.watch(this.#path(false), options)) if (type !== "ERROR") return;
    throw new KubeError(0, "ShortWatch", "The watch ended without a change");
  }

  #request(operation: string, signal: AbortSignal | undefined) {
    // A read and a write stay below the deadline's half: one call that hangs must not lose the lease.
    const timeoutMs = Math.max(1_000, this.#options.renewDeadlineMs / 4);
    return { operation, timeoutMs, ...(signal ? { signal } : {}) };
  }

  #path(named: boolean): string {
    const { namespace, name } = this.#options;
    return pathOf(leaseType, named ? { namespace, name } : { namespace });
  }
}
