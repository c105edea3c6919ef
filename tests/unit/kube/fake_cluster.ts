import { keyOf } from "../../../lib/kube/object.ts";
import { type Thing, thing, type ThingOptions } from "./collaborators.ts";
import { LeaseServer } from "./lease_server.ts";
import { WatchStream } from "./watch_stream.ts";

/** The lists and watches of some kinds, and a Lease, behind one fetch. */
export class FakeCluster {
  readonly leases = new LeaseServer();
  /** Plurals whose lists are refused for now. */
  readonly down = new Set<string>();
  /** Plurals whose lists are answered with a status. */
  readonly refused = new Map<string, number>();
  readonly events: Record<string, unknown>[] = [];
  readonly #network = this.leases.client("op");
  readonly #objects = new Map<string, Thing>();
  readonly #streams = new Map<string, WatchStream[]>();
  #version = 10;

  /** The network between the operator and the Lease. */
  get leaseNetwork() {
    return this.#network;
  }

  /** Makes or replaces an object; a watch says so. */
  put(plural: string, name: string, options: ThingOptions = {}): Thing {
    const object = thing(name, { ...options, version: ++this.#version });
    const id = `${plural} ${keyOf(object.metadata)}`;
    this.#send(plural, this.#objects.has(id) ? "MODIFIED" : "ADDED", object);
    this.#objects.set(id, object);
    return object;
  }

  remove(plural: string, name: string): void {
    const id = `${plural} team-a/${name}`;
    const object = this.#objects.get(id);
    if (object === undefined) throw new Error(`No ${id}`);
    this.#objects.delete(id);
    this.#send(plural, "DELETED", {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(++this.#version) },
    });
  }

  readonly fetch: typeof fetch = (input, init = {}) => {
    const url = new URL(String(input));
    if (url.pathname.includes("/leases")) return this.#network.fetch(input, init);
    if (url.pathname.endsWith("/events")) return this.#record(init);
    const plural = url.pathname.split("/").at(-1) ?? "";
    const namespace = /namespaces\/([^/]+)/.exec(url.pathname)?.[1];
    if (this.down.has(plural)) return Promise.reject(new TypeError("connection refused"));
    const status = this.refused.get(plural);
    if (status !== undefined) return Promise.resolve(new Response("no", { status }));
    if (url.searchParams.has("watch")) {
      const stream = new WatchStream();
      this.#streams.set(plural, [...this.#streams.get(plural) ?? [], stream]);
      return stream.open(init);
    }
    const items = [...this.#objects].filter(([id, { metadata }]) =>
      id.startsWith(`${plural} `) && (namespace === undefined || metadata.namespace === namespace)
    ).map(([, object]) => object);
    return Promise.resolve(Response.json({ metadata: { resourceVersion: String(this.#version) }, items }));
  };

  #record({ body }: RequestInit): Promise<Response> {
    if (this.down.has("events")) return new Promise(() => {});
    this.events.push(JSON.parse(String(body)));
    return Promise.resolve(new Response(body as string));
  }

  #send(plural: string, type: string, object: Thing): void {
    for (const stream of this.#streams.get(plural) ?? []) stream.send(type, object);
  }
}
