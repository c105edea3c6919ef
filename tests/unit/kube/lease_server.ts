import type { Loose } from "../../loose.ts";
import { WatchStream } from "./watch_stream.ts";

/**
 * What happens to a candidate's requests. `deaf`: they arrive, but no answer comes back; `slow`: it takes two seconds.
 */
export type Network = "up" | "refused" | "hangs" | "deaf" | "slow" | "forbidden";

/** One Lease behind an API server, with optimistic locks and watches. */
export class LeaseServer {
  lease: Loose;
  /** Each write: who, and what holder it named. */
  readonly writes: string[] = [];
  #version = 100;
  readonly #streams = new Set<WatchStream>();

  /** A candidate's side of the network. */
  client(name: string): LeaseClient {
    return new LeaseClient(this, name);
  }

  /** Somebody else writes the record. */
  put(spec: Loose, metadata: Loose = {}): void {
    this.lease = {
      metadata: { name: "op", namespace: "sys", ...metadata, resourceVersion: String(++this.#version) },
      spec: { leaseDurationSeconds: 15, ...spec },
    };
    for (const stream of this.#streams) stream.send("MODIFIED", this.lease);
  }

  delete(): void {
    this.lease = undefined;
  }

  answer(method: string, url: URL, { init, who }: { init: RequestInit; who: string }): Promise<Response> {
    if (url.searchParams.has("watch")) {
      const stream = new WatchStream();
      this.#streams.add(stream);
      const opened = stream.open(init);
      if (Number(url.searchParams.get("resourceVersion")) < Number(this.lease?.metadata.resourceVersion ?? 0)) {
        stream.send("MODIFIED", this.lease);
      }
      return opened;
    }
    return Promise.resolve(this.#answer(method, init, who));
  }

  #answer(method: string, init: RequestInit, who: string): Response {
    if (method === "GET") return this.lease ? Response.json(this.lease) : refused(404, "NotFound");
    const { metadata, spec } = JSON.parse(String(init.body));
    if (method === "POST" && this.lease) return refused(409, "AlreadyExists");
    if (method === "PUT" && !this.lease) return refused(404, "NotFound");
    if (method === "PUT" && metadata.resourceVersion !== this.lease.metadata.resourceVersion) {
      return refused(409, "Conflict");
    }
    this.writes.push(`${who} ${method} ${spec.holderIdentity || "-"}`);
    this.put(spec, metadata);
    return Response.json(this.lease);
  }
}

/** A candidate's network. */
export class LeaseClient {
  network: Network = "up";
  requests = 0;

  constructor(readonly server: LeaseServer, readonly name: string) {}

  readonly fetch: typeof fetch = async (input, init = {}) => {
    this.requests++;
    const url = new URL(String(input));
    if (this.network === "refused") throw new TypeError("connection refused");
    if (this.network === "forbidden") return refused(403, "Forbidden");
    if (this.network === "hangs") return await never(init);
    const answer = await this.server.answer(init.method ?? "GET", url, { init, who: this.name });
    if (this.network === "slow") await new Promise((resolve) => setTimeout(resolve, 2_000));
    if (init.signal?.aborted) throw init.signal.reason;
    return this.network === "deaf" ? await never(init) : answer;
  };
}

function never({ signal }: RequestInit): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function refused(code: number, reason: string): Response {
  return Response.json({ kind: "Status", code, reason, message: reason }, { status: code });
}
