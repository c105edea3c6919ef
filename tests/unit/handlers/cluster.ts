import { kinds } from "../../../handlers/kinds.ts";
import type { JsonPatchOp, Kube, ResourceType, WriteOptions } from "../../../lib/kube/api.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { keyOf, type ObjectRef } from "../../../lib/kube/object.ts";
import type { Loose } from "../../loose.ts";
import { defaulted } from "./defaults.ts";
import { jsonPatched, merged } from "./patches.ts";

/** What the next writes of a name are answered with. */
interface Refusal {
  readonly name: RegExp;
  readonly error: () => KubeError;
  left: number;
}

/**
 * A cluster in memory: defaults, generations, the status subresource, optimistic locks, finalizers, collection of owned
 * objects. `writes` has what the operator wrote, such as `PATCH buckets/status demo/app`; what a person does is not in
 * it.
 */
export class Cluster implements Kube {
  readonly writes: string[] = [];
  /** Called before each write is carried out, as by a person who is quicker. */
  beforeWrite: (name: string) => void = () => {};
  readonly #objects = new Map<string, Loose>();
  readonly #refusals: Refusal[] = [];
  #version = 100;

  constructor(readonly now: () => number) {}

  /** Creates or changes an object as a person does with kubectl. */
  apply(plural: string, object: Loose): Loose {
    const key = `${plural} ${keyOf(object.metadata)}`;
    const old = this.#objects.get(key);
    const { status: _status, ...given } = object;
    return this.#put(
      plural,
      old ? { ...old, ...given, metadata: { ...old.metadata, ...given.metadata } } : object,
      old,
    );
  }

  /** Changes an object as a person does; `null` removes. */
  edit(plural: string, ref: ObjectRef, patch: Loose): void {
    const old = this.#objects.get(`${plural} ${keyOf(ref)}`);
    this.#put(plural, merged(old, patch), old);
  }

  /** Deletes an object as a person does. */
  remove(plural: string, ref: ObjectRef): void {
    this.#delete(plural, ref);
  }

  /** Takes an object away with its finalizers, or its whole status, as no API would. */
  erase(plural: string, ref: ObjectRef): void {
    this.#objects.delete(`${plural} ${keyOf(ref)}`);
  }

  find(plural: string, ref: ObjectRef): Loose {
    return structuredClone(this.#objects.get(`${plural} ${keyOf(ref)}`));
  }

  list(plural: string): Loose[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${plural} `)).map(([, each]) => structuredClone(each));
  }

  /** Refuses writes whose name matches. */
  refuse(name: RegExp, { code, reason }: { readonly code: number; readonly reason: string }, times = Infinity): void {
    this.#refusals.push({ name, error: () => new KubeError(code, reason, `told to refuse: ${reason}`), left: times });
  }

  allow(): void {
    this.#refusals.length = 0;
  }

  get(type: ResourceType, ref: ObjectRef): Promise<Loose> {
    return Promise.resolve(this.find(type.plural, ref));
  }

  // Async, so that a refusal is a rejected promise, as it comes from a server.
  // deno-lint-ignore require-await
  async create({ plural }: ResourceType, draft: Loose): Promise<Loose> {
    this.#write(`POST ${plural} ${keyOf(draft.metadata)}`);
    if (this.find(plural, draft.metadata)) throw new KubeError(409, "AlreadyExists", keyOf(draft.metadata));
    return this.#put(plural, structuredClone(draft), undefined);
  }

  // deno-lint-ignore require-await
  async mergePatch(
    { plural }: ResourceType,
    ref: ObjectRef,
    patch: Loose,
    { subresource }: WriteOptions = {},
  ): Promise<Loose> {
    this.#write(`PATCH ${plural}${subresource ? "/status" : ""} ${keyOf(ref)}`);
    const old = this.#current(plural, ref, 409);
    const part = subresource ? { status: patch.status } : { ...patch, status: undefined };
    if (part.status === undefined) delete part.status;
    return this.#put(plural, merged(old, part), old);
  }

  // deno-lint-ignore require-await
  async jsonPatch({ plural }: ResourceType, ref: ObjectRef, operations: readonly JsonPatchOp[]): Promise<Loose> {
    this.#write(`PATCH ${plural} ${keyOf(ref)}`);
    const old = this.#current(plural, ref, 422);
    return this.#put(plural, jsonPatched(old, operations), old);
  }

  // deno-lint-ignore require-await
  async delete({ plural }: ResourceType, ref: ObjectRef): Promise<void> {
    this.#write(`DELETE ${plural} ${keyOf(ref)}`);
    this.#delete(plural, ref);
  }

  #delete(plural: string, ref: ObjectRef): void {
    const old = this.find(plural, ref);
    if (old === undefined || old.metadata.deletionTimestamp) return;
    this.#put(plural, merged(old, { metadata: { deletionTimestamp: new Date(this.now()).toISOString() } }), old);
  }

  #current(plural: string, { uid, resourceVersion, ...ref }: ObjectRef, code: number): Loose {
    const object = this.find(plural, ref);
    if (object === undefined) throw new KubeError(404, "NotFound", keyOf(ref));
    const { metadata } = object;
    if ((uid && uid !== metadata.uid) || (resourceVersion && resourceVersion !== metadata.resourceVersion)) {
      throw new KubeError(code, code === 409 ? "Conflict" : "TestFailed", keyOf(ref));
    }
    return object;
  }

  #put(plural: string, raw: Loose, old: Loose): Loose {
    const kind = Object.values(kinds).find((each) => each.plural === plural);
    const object = kind ? { ...raw, spec: defaulted(kind.spec, raw.spec) } : structuredClone(raw);
    const version = this.#version++;
    const wanted = JSON.stringify(object.spec);
    const generation = old === undefined ? 1 : old.metadata.generation + (wanted === JSON.stringify(old.spec) ? 0 : 1);
    object.metadata = {
      uid: `uid-${version}`,
      creationTimestamp: new Date(this.now()).toISOString(),
      ...object.metadata,
      generation,
      resourceVersion: `${version}`,
    };
    if (kind) object.status ??= { observedGeneration: -1 };
    const key = `${plural} ${keyOf(object.metadata)}`;
    const isGone = object.metadata.deletionTimestamp && (object.metadata.finalizers ?? []).length === 0;
    if (isGone) this.#collect(key, object.metadata.uid);
    else this.#objects.set(key, object);
    return structuredClone(object);
  }

  /** Removes an object, and deletes what it owns as the garbage collector does. */
  #collect(key: string, uid: string): void {
    this.#objects.delete(key);
    for (const [owned, { metadata }] of [...this.#objects]) {
      const isOwned = metadata.ownerReferences?.some((owner: Loose) => owner.uid === uid);
      if (isOwned) this.#delete(owned.split(" ")[0]!, metadata);
    }
  }

  #write(name: string): void {
    this.beforeWrite(name);
    const refusal = this.#refusals.find((each) => each.left > 0 && each.name.test(name));
    if (refusal) {
      refusal.left--;
      throw refusal.error();
    }
    this.writes.push(name);
  }
}
