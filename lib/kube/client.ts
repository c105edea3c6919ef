import type { JsonPatchOp, Kube, ResourceType, WriteOptions } from "./api.ts";
import { isNotFound, KubeError } from "./errors.ts";
import type { Draft, KubeObject, ObjectRef } from "./object.ts";
import { pathOf } from "./paths.ts";
import type { RequestOptions, Transport } from "./transport.ts";

const MERGE_PATCH = "application/merge-patch+json";
const JSON_PATCH = "application/json-patch+json";

/**
 * The Kubernetes API over a transport; the answer of every write is handed to `onWrite`, which puts it into the store.
 */
export class KubeClient implements Kube {
  readonly #transport: Transport;
  readonly #onWrite: (type: ResourceType, object: KubeObject) => void;
  readonly #mayMutate: () => boolean;

  /** @param mayMutate false once another process may lead: writes are then not sent, and fail as `NotLeader` */
  constructor({ transport, onWrite = () => {}, mayMutate = () => true }: {
    readonly transport: Transport;
    readonly onWrite?: (type: ResourceType, object: KubeObject) => void;
    readonly mayMutate?: () => boolean;
  }) {
    this.#transport = transport;
    this.#onWrite = onWrite;
    this.#mayMutate = mayMutate;
  }

  async get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, signal?: AbortSignal): Promise<T | undefined> {
    try {
      const path = pathOf(type, at(ref));
      return about(type, ref, await this.#transport.request<T>("GET", path, options(`get_${type.plural}`, signal)));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async create<T extends KubeObject>(
    type: ResourceType<T>,
    draft: Draft<T>,
    { signal }: WriteOptions = {},
  ): Promise<T> {
    const path = pathOf(type, { namespace: draft.metadata.namespace });
    const write = this.#write(`create_${type.plural}`, signal);
    return this.#written(
      type,
      about(type, draft.metadata, await this.#transport.request<T>("POST", path, { ...write, body: draft })),
    );
  }

  async mergePatch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: Readonly<Record<string, unknown>>,
    write: WriteOptions = {},
  ): Promise<T> {
    const metadata = {
      ...(patch["metadata"] as object | undefined),
      ...(ref.resourceVersion ? { resourceVersion: ref.resourceVersion } : {}),
    };
    const body = Object.keys(metadata).length > 0 ? { ...patch, metadata } : patch;
    return await this.#patch(type, ref, body, MERGE_PATCH, write);
  }

  async jsonPatch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    operations: readonly JsonPatchOp[],
    write: WriteOptions = {},
  ): Promise<T> {
    const tests = (["uid", "resourceVersion"] as const).filter((field) => ref[field] !== undefined)
      .map((field): JsonPatchOp => ({ op: "test", path: `/metadata/${field}`, value: ref[field] }));
    return await this.#patch(type, ref, [...tests, ...operations], JSON_PATCH, write);
  }

  async delete(type: ResourceType, ref: ObjectRef, signal?: AbortSignal): Promise<void> {
    const preconditions = {
      ...(ref.uid ? { uid: ref.uid } : {}),
      ...(ref.resourceVersion ? { resourceVersion: ref.resourceVersion } : {}),
    };
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
    try {
      const write = this.#write(`delete_${type.plural}`, signal);
      const answer = await this.#transport.request<KubeObject>("DELETE", pathOf(type, at(ref)), { ...write, body });
      if (answer?.kind !== "Status") about(type, ref, answer);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #patch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    body: unknown,
    contentType: string,
    { signal, subresource }: WriteOptions,
  ): Promise<T> {
    const path = pathOf(type, { ...at(ref), ...(subresource ? { subresource } : {}) });
    const operation = `patch_${type.plural}${subresource ? `_${subresource}` : ""}`;
    const write = { ...this.#write(operation, signal), body, type: contentType };
    return this.#written(type, about(type, ref, await this.#transport.request<T>("PATCH", path, write)));
  }

  /** A write starts only while this process leads: the lease may be lost while credentials are read. */
  #write(operation: string, signal: AbortSignal | undefined): RequestOptions {
    const admit = () => {
      if (!this.#mayMutate()) throw new KubeError(0, "NotLeader", "This replica is not the leader any more");
    };
    return { ...options(operation, signal), admit };
  }

  #written<T extends KubeObject>(type: ResourceType<T>, object: T): T {
    this.#onWrite(type, object);
    return object;
  }
}

/** An answer about the object that was asked for. @throws KubeError of any other, which some proxy made up */
function about<T extends KubeObject>(type: ResourceType<T>, { name }: { readonly name?: string }, answer: T): T {
  if (answer?.kind === type.kind && (name === undefined || answer.metadata?.name === name)) return answer;
  throw new KubeError(0, "Unreadable", `The API server's answer is not ${type.kind} "${name ?? ""}"`);
}

function at({ namespace, name }: ObjectRef): { readonly namespace: string; readonly name: string } {
  return { namespace, name };
}

function options(operation: string, signal: AbortSignal | undefined): RequestOptions {
  return { operation, ...(signal ? { signal } : {}) };
}
