import { Informer, type InformerOptions } from "../../../lib/kube/informer.ts";
import { keyOf } from "../../../lib/kube/object.ts";
import { ObjectStore } from "../../../lib/kube/store.ts";
import { KeptLog, type Thing, thingType, transportTo } from "./collaborators.ts";
import { ScriptedApi } from "./scripted_api.ts";
import { settle, VirtualTime } from "./virtual_time.ts";

/** An informer over a scripted server, under a virtual clock. */
export class InformerWorld implements AsyncDisposable {
  readonly api = new ScriptedApi();
  readonly time = new VirtualTime();
  readonly log = new KeptLog();
  readonly store: ObjectStore<Thing>;
  readonly informer: Informer<Thing>;
  /** `type namespace/name@version (origin)` of every change. */
  readonly changes: string[] = [];
  readonly #timers = this.time.installTimers();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: Partial<InformerOptions<Thing>> & { readonly random?: () => number } = {}) {
    this.store = options.store ?? new ObjectStore<Thing>();
    this.store.onChange = ({ type, object, origin }) =>
      this.changes.push(`${type} ${keyOf(object.metadata)}@${object.metadata.resourceVersion} (${origin})`);
    const transport = transportTo("http://kube", { fetch: this.api.fetch, clock: this.time });
    const { store, log, time: clock } = this;
    this.informer = new Informer({ transport, type: thingType, store, log, clock, random: () => 1, ...options });
  }

  /** Starts the informer and lets it go as far as it can at this time. */
  async start(): Promise<void> {
    this.#running = this.informer.run(this.#stop.signal);
    await settle();
  }

  async send(type: string, object: unknown): Promise<void> {
    this.api.stream.send(type, object);
    await settle();
  }

  keys(): string[] {
    return this.store.list().map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("The test is over"));
    await this.#running;
    this.#timers[Symbol.dispose]();
  }
}
