import type { ResourceType, Store } from "./api.ts";
import { keyOf, type KubeObject } from "./object.ts";

/**
 * Where a change comes from: the first list, which may wait behind fresh events; a watch; or the answer of an own
 * write.
 */
export type Origin = "initial" | "watch" | "own";

/** A change of one object in a store. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: "add" | "update" | "delete";
  readonly object: T;
  readonly old?: T;
  readonly origin: Origin;
}

/** The objects of one kind, as last seen by its informer or in the answer of an own write. */
export class ObjectStore<T extends KubeObject = KubeObject> implements Store<T> {
  readonly #objects = new Map<string, T>();
  #list: readonly T[] | undefined;
  /** Told of every change, own writes included. */
  onChange: (change: Change<T>) => void = () => {};

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    return this.#list ??= [...this.#objects.values()];
  }

  /** Takes an object from a list or a watch. Another uid under the same key is a deletion and an addition. */
  put(raw: T, origin: Origin = "watch"): void {
    const old = this.#objects.get(keyOf(raw.metadata));
    const isNews = old?.metadata.uid !== raw.metadata.uid ||
      isNewerVersion(raw.metadata.resourceVersion, old.metadata.resourceVersion);
    if (isNews) this.restore(raw, origin);
  }

  /** Takes an object even where its version went back, as those of a server that was restored from a backup do. */
  restore(raw: T, origin: Origin = "watch"): void {
    const object = trim(raw);
    const key = keyOf(object.metadata);
    const old = this.#objects.get(key);
    if (old && old.metadata.uid === object.metadata.uid) {
      this.#set(key, object);
      this.onChange({ type: "update", object, old, origin });
      return;
    }
    if (old) this.onChange({ type: "delete", object: old, old, origin });
    this.#set(key, object);
    this.onChange({ type: "add", object, origin });
  }

  remove(raw: KubeObject): void {
    const key = keyOf(raw.metadata);
    const old = this.#objects.get(key);
    if (old === undefined || old.metadata.uid !== raw.metadata.uid) return;
    this.#objects.delete(key);
    this.#list = undefined;
    this.onChange({ type: "delete", object: old, old, origin: "watch" });
  }

  /** The answer of an own write: reads see it at once. Never inserts, for that could bring back what has just gone. */
  written(raw: T): void {
    const old = this.#objects.get(keyOf(raw.metadata));
    if (old?.metadata.uid === raw.metadata.uid) this.put(raw, "own");
  }

  #set(key: string, object: T): void {
    this.#objects.set(key, object);
    this.#list = undefined;
  }
}

/** The stores of all kinds; made before the handlers that read them and the informers that fill them. */
export class Stores {
  readonly #stores: ReadonlyMap<string, ObjectStore>;

  constructor(types: readonly ResourceType[]) {
    this.#stores = new Map(types.map(({ kind }) => [kind, new ObjectStore()]));
  }

  of(kind: string): ObjectStore {
    const store = this.#stores.get(kind);
    if (store === undefined) throw new TypeError(`No store for kind "${kind}"`);
    return store;
  }

  /** For `KubeClient.onWrite`. */
  written(type: ResourceType, object: KubeObject): void {
    this.#stores.get(type.kind)?.written(object);
  }
}

/** Drops what nobody reads and what is large. */
function trim<T extends KubeObject>(object: T): T {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata as T["metadata"] & {
    managedFields?: unknown;
  };
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...kept } = annotations ?? {};
  return { ...object, metadata: { ...metadata, ...(annotations ? { annotations: kept } : {}) } } as T;
}

/**
 * Resource versions are compared as numbers since Kubernetes 1.35 says that they are (KEP-5504); one that is none
 * counts as newer.
 */
export function isNewerVersion(version: string, than: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(than) ? BigInt(version) > BigInt(than) : version !== than;
}
