import { keyOf, type KubeObject } from "./object.ts";

/** One change of an object; `revision` is the resourceVersion that it got. */
export interface Change {
  readonly revision: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

type Listener = (change: Change) => void;

class Table {
  readonly objects = new Map<string, KubeObject>();
  readonly listeners = new Set<Listener>();
  history: Change[] = [];
  /** Changes up to this revision are forgotten. */
  compactedAt = 0;
  #sorted: string[] | undefined;

  sortedKeys(): readonly string[] {
    return this.#sorted ??= [...this.objects.keys()].sort();
  }

  keysChanged(): void {
    this.#sorted = undefined;
  }
}

/** Objects by table and key, one increasing revision over all, and the history that watches start from. */
export class Storage {
  #revision = 0;
  readonly #tables = new Map<string, Table>();
  readonly #listeners: ((table: string, change: Change) => void)[] = [];
  readonly #historySize: number;
  readonly #byUid = new Map<string, { readonly table: string; readonly key: string }>();

  /** @param historySize changes kept a table; older ones are 410 to a watch */
  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  get revision(): number {
    return this.#revision;
  }

  get(table: string, key: string): KubeObject | undefined {
    return this.#tables.get(table)?.objects.get(key);
  }

  /** In the order of their keys: by namespace, then by name. */
  list(table: string, namespace?: string): KubeObject[] {
    const found = this.#table(table);
    const keys = found.sortedKeys();
    const prefix = namespace === undefined ? "" : `${namespace}/`;
    const objects: KubeObject[] = [];
    for (const key of keys) if (key.startsWith(prefix)) objects.push(found.objects.get(key) as KubeObject);
    return objects;
  }

  /** Where the object with this uid is. */
  find(uid: string): { readonly table: string; readonly key: string; readonly object: KubeObject } | undefined {
    const place = this.#byUid.get(uid);
    const object = place && this.get(place.table, place.key);
    return place && object && { ...place, object };
  }

  /** Stores a new version; the answer is what is stored, with its resourceVersion. */
  put(table: string, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const found = this.#table(table);
    const previous = found.objects.get(key);
    const stored = this.#stamp(object);
    found.objects.set(key, stored);
    if (previous === undefined) found.keysChanged();
    if (previous?.metadata.uid !== undefined) this.#byUid.delete(previous.metadata.uid);
    if (stored.metadata.uid !== undefined) this.#byUid.set(stored.metadata.uid, { table, key });
    this.#record(table, { type: previous === undefined ? "ADDED" : "MODIFIED", object: stored, previous });
    return stored;
  }

  /** Removes the object; watchers see it as it was stored, whatever the last write made of it. */
  remove(table: string, object: KubeObject): KubeObject {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const found = this.#table(table);
    const previous = found.objects.get(key);
    found.objects.delete(key);
    found.keysChanged();
    if (object.metadata.uid !== undefined) this.#byUid.delete(object.metadata.uid);
    const last = this.#stamp(previous ?? object);
    this.#record(table, { type: "DELETED", object: last, previous });
    return object;
  }

  /** Changes after a revision; `undefined` when they are not all known any more. */
  changesAfter(table: string, revision: number): readonly Change[] | undefined {
    const { history, compactedAt } = this.#table(table);
    if (revision < compactedAt) return undefined;
    let low = 0;
    let high = history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((history[middle] as Change).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return history.slice(low);
  }

  /** The oldest revision that a watch of the table may start from. */
  oldest(table: string): number {
    return this.#table(table).compactedAt;
  }

  /** Forgets all history: a watch that is not at the newest revision gets 410. */
  compact(): void {
    for (const table of this.#tables.values()) {
      table.history = [];
      table.compactedAt = this.#revision;
    }
  }

  listen(table: string, listener: Listener): () => void {
    const { listeners } = this.#table(table);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** For what happens in the background, over all tables. */
  listenToAll(listener: (table: string, change: Change) => void): void {
    this.#listeners.push(listener);
  }

  #stamp(object: KubeObject): KubeObject {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
  }

  #record(name: string, change: Omit<Change, "revision">): void {
    const table = this.#table(name);
    const full: Change = { revision: this.#revision, ...change };
    table.history.push(full);
    if (table.history.length > this.#historySize * 1.25) {
      const dropped = table.history.splice(0, table.history.length - this.#historySize);
      table.compactedAt = dropped.at(-1)?.revision ?? table.compactedAt;
    }
    for (const listener of [...table.listeners]) listener(full);
    for (const listener of this.#listeners) listener(name, full);
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, table = new Table());
    return table;
  }
}
