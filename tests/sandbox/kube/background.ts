import { establishedStatus, serve, unserve } from "./crd.ts";
import { GarbageCollector, releaseFinalizer } from "./garbage.ts";
import { type KubeObject, timeOf } from "./object.ts";
import { at } from "./resource.ts";
import { CLEANUP, removeObject } from "./remove.ts";
import type { Service } from "./service.ts";
import type { Change } from "./storage.ts";

const DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";
const NAMESPACES = "/namespaces";

/** What the controllers of a cluster do: garbage, namespaces, definitions. */
export class Background {
  readonly #service: Service;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(service: Service) {
    this.#service = service;
    new GarbageCollector(service, (job) => this.#schedule(job));
    service.storage.listenToAll((table, change) => this.#changed(table, change));
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(job: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      job();
    }, this.#service.behaviour.backgroundMs);
    this.#timers.add(timer);
  }

  #changed(table: string, { type, object }: Change): void {
    if (table === DEFINITIONS) this.#definitionChanged(type, object);
    const { namespace, name, deletionTimestamp } = object.metadata;
    if (table === NAMESPACES && type !== "DELETED" && deletionTimestamp !== undefined) {
      this.#schedule(() => this.#emptyNamespace(name));
    }
    // The last of a namespace's objects may have gone.
    if (type === "DELETED" && namespace !== undefined) this.#schedule(() => this.#finishNamespace(namespace));
  }

  /** Established at once: the new resource is served before the answer is sent. */
  #definitionChanged(type: Change["type"], object: KubeObject): void {
    const { storage, resources, now } = this.#service;
    if (type === "DELETED") return unserve(resources, object);
    serve(resources, object);
    if (object.metadata.deletionTimestamp !== undefined) {
      return this.#schedule(() => this.#cleanUp(object.metadata.name));
    }
    if (at(object, "status", "conditions") !== undefined) return;
    storage.put(DEFINITIONS, { ...object, status: establishedStatus(object, timeOf(now())) });
  }

  #cleanUp(name: string): void {
    const { storage } = this.#service;
    const definition = storage.get(DEFINITIONS, `/${name}`);
    if (definition?.metadata.deletionTimestamp === undefined) return;
    const table = `${at(definition, "spec", "group")}/${at(definition, "spec", "names", "plural")}`;
    for (const object of storage.list(table)) removeObject(this.#service, { table }, object);
    if (storage.list(table).length > 0) return this.#schedule(() => this.#cleanUp(name));
    releaseFinalizer(this.#service, { table: DEFINITIONS, object: definition }, CLEANUP);
  }

  #emptyNamespace(name: string): void {
    const { storage, resources } = this.#service;
    for (const resource of resources.tables()) {
      if (!resource.namespaced) continue;
      for (const object of storage.list(resource.table, name)) removeObject(this.#service, resource, object);
    }
    this.#finishNamespace(name);
  }

  #finishNamespace(name: string): void {
    const { storage, resources } = this.#service;
    const namespace = storage.get(NAMESPACES, `/${name}`);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const left = resources.tables().some(({ namespaced, table }) => namespaced && storage.list(table, name).length > 0);
    if (left) return;
    const finished = { ...namespace, spec: {} };
    if ((namespace.metadata.finalizers ?? []).length === 0) storage.remove(NAMESPACES, finished);
    else if (at(namespace, "spec", "finalizers") !== undefined) storage.put(NAMESPACES, finished);
  }
}
