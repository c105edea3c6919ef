import type { Clock, Logger } from "../telemetry/api.ts";
import type { ResourceType } from "./api.ts";
import { KubeError } from "./errors.ts";
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
    this.#options = { durationMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000, ...options };
  }

  /** No mutating call may start later than the renew deadline after the last renewal: S3 has no fencing. */
  mayMutate(): boolean {
    return this.#options.clock.monotonic() - this.#renewedAt < this.#options.renewDeadlineMs;
  }

  /**
   * Waits for the lease, then runs `lead` while it is held; `lead`'s signal aborts when it is lost.
   * The lease is released once `lead` has settled after `stop`.
   */
  async hold(stop: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<"released" | "lost"> {
    if (!await this.#acquire(stop)) return "released";
    this.#options.log.info("Leading", { identity: this.#options.identity });
    const lost = new AbortController();
    let ended = false;
    const work = lead(lost.signal).finally(() => ended = true);
    while (!ended && !lost.signal.aborted) {
      const nap = new AbortController();
      await Promise.race([this.#options.clock.sleep(this.#options.retryMs, nap.signal), work.catch(() => {})]);
      nap.abort();
      if (!ended) await this.#renew(lost);
    }
    if (lost.signal.aborted) {
      await work.catch(() => {});
      return "lost";
    }
    await this.#take(true).catch(() => false);
    await work;
    return "released";
  }

  async #acquire(stop: AbortSignal): Promise<boolean> {
    const { clock, retryMs, random, log } = this.#options;
    for (;;) {
      if (stop.aborted) return false;
      if (await this.#take(false).catch((error) => (log.debug("Lease not taken", { error }), false))) return true;
      await Promise.race([clock.sleep(retryMs * (1 + random() * 0.2), stop), this.#untilChanged(retryMs, stop)]);
    }
  }

  async #renew(lost: AbortController): Promise<void> {
    const { identity, log } = this.#options;
    const taken = await this.#take(false).catch(() => undefined);
    const other = taken === false && this.#current?.spec.holderIdentity !== identity;
    if (!other && this.mayMutate()) return;
    log.error("Leadership lost", { holder: this.#current?.spec.holderIdentity });
    lost.abort(new Error("The lease was lost"));
  }

  /** One try to take, renew or give up the lease; false while somebody else holds it. */
  async #take(release: boolean): Promise<boolean> {
    const { clock, identity, durationMs } = this.#options;
    // Counted from before the request: the deadline must not move because an answer was slow.
    const startedAt = clock.monotonic();
    this.#current = await this.#read();
    const spec = this.#current?.spec ?? {};
    const record = JSON.stringify(spec);
    if (record !== this.#seen) [this.#seen, this.#seenAt] = [record, clock.monotonic()];
    const mine = spec.holderIdentity === identity;
    const expiresAt = this.#seenAt + (spec.leaseDurationSeconds ?? durationMs / 1000) * 1000;
    if (release ? !mine : spec.holderIdentity && !mine && clock.monotonic() < expiresAt) return false;
    this.#current = await this.#write(release ? this.#released(spec) : this.#held(spec, mine));
    [this.#seen, this.#seenAt] = [JSON.stringify(this.#current.spec), clock.monotonic()];
    this.#renewedAt = release ? -Infinity : startedAt;
    return true;
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

  async #read(): Promise<LeaseObject | undefined> {
    try {
      return await this.#options.transport.request<LeaseObject>("GET", this.#path(true), this.#request("get_leases"));
    } catch (error) {
      if (error instanceof KubeError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** The resource version in the metadata is the fence between candidates. */
  async #write(spec: LeaseSpec): Promise<LeaseObject> {
    const { namespace, name, transport } = this.#options;
    const metadata = this.#current?.metadata ?? { namespace, name };
    const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
    const method = this.#current ? "PUT" : "POST";
    return await transport.request<LeaseObject>(method, this.#path(this.#current !== undefined), {
      ...this.#request("update_leases"),
      body,
    });
  }

  /** A candidate watches the lease, so that a release is taken within a second. */
  async #untilChanged(idleMs: number, stop: AbortSignal): Promise<void> {
    const { transport, name } = this.#options;
    const query = {
      fieldSelector: `metadata.name=${name}`,
      resourceVersion: this.#current?.metadata.resourceVersion ?? "0",
    };
    try {
      for await (
        const _event of transport.watch(this.#path(false), { operation: "watch_leases", signal: stop, query, idleMs })
      ) return;
    } catch {
      await this.#options.clock.sleep(idleMs, stop);
    }
  }

  #request(operation: string) {
    // A read and a write stay below the deadline's half: one call that hangs must not lose the lease.
    return { operation, timeoutMs: Math.max(1_000, this.#options.renewDeadlineMs / 4) };
  }

  #path(named: boolean): string {
    const { namespace, name } = this.#options;
    return pathOf(leaseType, named ? { namespace, name } : { namespace });
  }
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
