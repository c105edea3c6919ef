import { changesSomething } from "../crash_matrix.ts";
import type { Passing } from "../gate.ts";
import type { Broken } from "../invariants.ts";
import type { OperatorProcess } from "../process.ts";

/** Without a renewal for this long a leader sends nothing that changes anything (lib/kube/lease.ts), milliseconds. */
const RENEW_DEADLINE_MS = 10_000;
/** What is seen at its arrival was sent at most so long before. */
const ON_ITS_WAY_MS = 5;

const LEASE = /\/leases(\/|\?|$)/;

export function isLeaseRequest({ name }: Pick<Passing, "name">): boolean {
  return LEASE.test(name);
}

/** Whether a leader alone may send it: it changes something. An Event only tells what was done. */
export function isChange(passing: Passing): boolean {
  return passing.number > 0 && !isLeaseRequest(passing) && changesSomething(passing.name);
}

/**
 * What a lease is for: only who holds it changes anything, and not later than the renew deadline after the last renewal.
 * Both are looked at when a request arrives, by the server's own record of the lease.
 */
export class LeaseLaw {
  readonly broken: Broken[] = [];
  #holder: OperatorProcess | undefined;
  #renewedAt = 0;

  /** Who holds the lease by the server's record; `undefined` where it is free. */
  get holder(): OperatorProcess | undefined {
    return this.#holder;
  }

  arrived(sender: OperatorProcess, passing: Passing, now: number): void {
    if (!isChange(passing)) return;
    const what = `${passing.name} of ${sender.options.seed}`;
    if (sender !== this.#holder) {
      this.broken.push({ rule: "two leaders", what: `${what}, and ${this.#holder?.options.seed ?? "nobody"} leads` });
    } else if (now - this.#renewedAt > RENEW_DEADLINE_MS + ON_ITS_WAY_MS) {
      this.broken.push({ rule: "two leaders", what: `${what} is sent ${now - this.#renewedAt} ms after its renewal` });
    }
  }

  /** A write of the lease was carried out. */
  written(by: OperatorProcess, holderIdentity: string, now: number): void {
    this.#holder = holderIdentity === "" ? undefined : by;
    this.#renewedAt = now;
  }
}
