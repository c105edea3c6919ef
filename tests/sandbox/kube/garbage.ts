import type { KubeObject, OwnerReference } from "./object.ts";
import { FOREGROUND, ORPHAN, removeObject } from "./remove.ts";
import type { Service } from "./service.ts";
import type { Change } from "./storage.ts";

interface Dependent {
  readonly table: string;
  readonly object: KubeObject;
}

/** Deletes, in the background, what has owners and none of them left. */
export class GarbageCollector {
  readonly #service: Service;
  /** Uids of dependents by the uid of an owner. */
  readonly #dependents = new Map<string, Set<string>>();
  readonly #schedule: (job: () => void) => void;

  constructor(service: Service, schedule: (job: () => void) => void) {
    this.#service = service;
    this.#schedule = schedule;
    service.storage.listenToAll((table, change) => this.#changed(table, change));
  }

  #changed(table: string, { type, object, previous }: Change): void {
    const { uid = "" } = object.metadata;
    const owners = ownersOf(object);
    for (const { uid: owner } of previous === undefined ? [] : ownersOf(previous)) this.#forget(owner, uid);
    if (type === "DELETED") {
      const dependents = [...this.#dependents.get(uid) ?? []];
      if (dependents.length > 0) this.#schedule(() => dependents.forEach((each) => this.#collect(each)));
      for (const owner of owners) this.#schedule(() => this.#finishForeground(owner.uid));
      return;
    }
    for (const owner of owners) this.#remember(owner.uid, uid);
    // An owner may have gone before its dependent came.
    if (owners.some((owner) => !this.#exists(owner, object))) this.#schedule(() => this.#collect(uid));
    if (object.metadata.deletionTimestamp === undefined) return;
    if (object.metadata.finalizers?.includes(ORPHAN)) this.#schedule(() => this.#orphan(table, uid));
    if (object.metadata.finalizers?.includes(FOREGROUND)) this.#schedule(() => this.#finishForeground(uid));
  }

  #remember(owner: string, dependent: string): void {
    const known = this.#dependents.get(owner);
    if (known === undefined) this.#dependents.set(owner, new Set([dependent]));
    else known.add(dependent);
  }

  #forget(owner: string, dependent: string): void {
    const known = this.#dependents.get(owner);
    if (known?.delete(dependent) && known.size === 0) this.#dependents.delete(owner);
  }

  /** An owner is in the dependent's namespace, or in none. */
  #exists(owner: OwnerReference, dependent: KubeObject): boolean {
    const found = this.#service.storage.find(owner.uid)?.object;
    if (found === undefined || found.kind !== owner.kind || found.metadata.name !== owner.name) return false;
    return found.metadata.namespace === undefined || found.metadata.namespace === dependent.metadata.namespace;
  }

  #collect(uid: string): void {
    const found = this.#service.storage.find(uid);
    if (found === undefined) return;
    const owners = ownersOf(found.object);
    const left = owners.filter((owner) => this.#exists(owner, found.object));
    if (owners.length === 0 || left.length === owners.length) return;
    if (left.length === 0) removeObject(this.#service, found, found.object);
    else this.#setOwners(found, left);
  }

  #orphan(table: string, uid: string): void {
    for (const dependent of this.#dependentsOf(uid)) {
      this.#setOwners(dependent, ownersOf(dependent.object).filter((owner) => owner.uid !== uid));
    }
    this.#release(table, uid, ORPHAN);
  }

  /** An owner that is deleted in the foreground goes when its last blocking dependent has gone. */
  #finishForeground(uid: string): void {
    const owner = this.#service.storage.find(uid);
    if (!owner?.object.metadata.finalizers?.includes(FOREGROUND)) return;
    if (owner.object.metadata.deletionTimestamp === undefined) return;
    for (const dependent of this.#dependentsOf(uid)) removeObject(this.#service, dependent, dependent.object);
    const blocking = this.#dependentsOf(uid).filter(({ object }) =>
      ownersOf(object).some((each) => each.uid === uid && each.blockOwnerDeletion === true)
    );
    if (blocking.length === 0) this.#release(owner.table, uid, FOREGROUND);
  }

  #dependentsOf(uid: string): Dependent[] {
    return [...this.#dependents.get(uid) ?? []].flatMap((each) => this.#service.storage.find(each) ?? []);
  }

  #setOwners({ table, object }: Dependent, owners: readonly OwnerReference[]): void {
    const { ownerReferences: _, ...metadata } = object.metadata;
    const next = owners.length === 0 ? metadata : { ...metadata, ownerReferences: [...owners] };
    this.#service.storage.put(table, { ...object, metadata: next });
  }

  #release(table: string, uid: string, finalizer: string): void {
    const object = this.#service.storage.find(uid)?.object;
    if (object !== undefined) releaseFinalizer(this.#service, { table, object }, finalizer);
  }
}

/** Takes a finalizer off; the object goes with its last one. */
export function releaseFinalizer({ storage }: Service, { table, object }: Dependent, finalizer: string): void {
  const { finalizers = [], ...metadata } = object.metadata;
  const left = finalizers.filter((each) => each !== finalizer);
  const next: KubeObject = { ...object, metadata: { ...metadata, ...(left.length === 0 ? {} : { finalizers: left }) } };
  if (left.length === 0 && metadata.deletionTimestamp !== undefined) storage.remove(table, next);
  else storage.put(table, next);
}

function ownersOf({ metadata }: KubeObject): readonly OwnerReference[] {
  return metadata.ownerReferences ?? [];
}
