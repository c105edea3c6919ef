import { AwsError, type Caller, type Connection, type ConnectionSettings } from "../../../lib/aws/api.ts";
import type { Kube, ResourceType } from "../../../lib/kube/api.ts";
import { KubeError } from "../../../lib/kube/errors.ts";
import { keyOf, type KubeObject, type ObjectRef } from "../../../lib/kube/object.ts";
import type { HandlerDeps } from "../../../handlers/deps.ts";
import type { Loose } from "../../loose.ts";
import { merged } from "../handlers/patches.ts";
import { wholeCluster } from "../../../lib/kube/shard.ts";
import { untraced } from "../../../lib/telemetry/tracing/api.ts";

/** A cluster in memory: optimistic locks, merge patches, and a log of the writes. */
export class FakeKube implements Kube {
  readonly objects = new Map<string, Loose>();
  readonly writes: string[] = [];
  /** Throws before the write of that name, once. */
  failNext: string | undefined;
  /** Called after each patch. */
  afterWrite: ((name: string) => void) | undefined;
  #version = 100;

  put(plural: string, object: Loose): void {
    object.metadata = {
      uid: `uid-${object.metadata.name}`,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...object.metadata,
    };
    object.metadata.resourceVersion = `${this.#version++}`;
    this.objects.set(`${plural} ${keyOf(object.metadata)}`, object);
  }

  find(plural: string, name: string): Loose {
    return this.objects.get(`${plural} demo/${name}`);
  }

  get<T extends KubeObject>({ plural }: ResourceType<T>, ref: ObjectRef): Promise<T | undefined> {
    return Promise.resolve(structuredClone(this.objects.get(`${plural} ${keyOf(ref)}`)));
  }

  create(type: ResourceType, draft: Loose): Promise<Loose> {
    const key = `${type.plural} ${keyOf(draft.metadata)}`;
    this.#write(`create ${key}`);
    if (this.objects.has(key)) throw new KubeError(409, "AlreadyExists", key);
    this.put(type.plural, structuredClone(draft));
    return this.get(type, draft.metadata);
  }

  mergePatch(type: ResourceType, ref: ObjectRef, patch: Loose): Promise<Loose> {
    const key = `${type.plural} ${keyOf(ref)}`;
    this.#write(`patch ${key}`);
    const object = this.#current(key, ref, 409, "Conflict");
    this.put(type.plural, merged(object, patch));
    this.afterWrite?.(`patch ${key}`);
    return this.get(type, ref);
  }

  jsonPatch(type: ResourceType, ref: ObjectRef, operations: Loose): Promise<Loose> {
    const key = `${type.plural} ${keyOf(ref)}`;
    this.#write(`jsonPatch ${key}`);
    const object = structuredClone(this.#current(key, ref, 422, "TestFailed"));
    for (const { op, path, value } of operations) {
      if (path === "/metadata/finalizers" && op === "add") object.metadata.finalizers = value;
      if (path === "/metadata/finalizers/-") object.metadata.finalizers.push(value);
      if (op === "remove" && path.startsWith("/metadata/finalizers")) object.metadata.finalizers = [];
    }
    this.put(type.plural, object);
    if (object.metadata.deletionTimestamp && object.metadata.finalizers.length === 0) this.objects.delete(key);
    return Promise.resolve(structuredClone(object));
  }

  delete({ plural }: ResourceType, ref: ObjectRef): Promise<void> {
    this.#write(`delete ${plural} ${keyOf(ref)}`);
    this.objects.delete(`${plural} ${keyOf(ref)}`);
    return Promise.resolve();
  }

  #current(key: string, { resourceVersion }: ObjectRef, code: number, reason: string): Loose {
    const object = this.objects.get(key);
    if (!object) throw new KubeError(404, "NotFound", key);
    if (resourceVersion && object.metadata.resourceVersion !== resourceVersion) throw new KubeError(code, reason, key);
    return object;
  }

  #write(name: string): void {
    if (this.failNext !== undefined && name.startsWith(this.failNext)) {
      this.failNext = undefined;
      throw new KubeError(500, "InternalError", name);
    }
    this.writes.push(name);
  }
}

/** IAM's access keys in memory, with S3 answering for those keys alone. */
export class FakeIam {
  readonly users = new Map<string, Loose[]>();
  readonly calls: string[] = [];
  /** Creates the key, then answers with an error. */
  loseReply = false;
  /** Refuses to make keys. */
  refuse = false;
  /** Ids that S3 does not know yet. */
  readonly unknown = new Set<string>();
  /** When its keys were used last, and whether it does not tell. */
  lastUse: Date | undefined;
  keepsNoUses = false;
  /** How far its clock is ahead of the operator's, milliseconds. */
  aheadMs = 0;
  #serial = 0;

  constructor(readonly now: () => number) {}

  connection(settings: ConnectionSettings): Connection {
    const send = (command: Loose) => this.#send(command, settings);
    const caller = { send } as Caller<Loose>;
    return {
      settings,
      s3: caller,
      iam: caller,
      iamAheadMs: () => this.aheadMs,
      unsupported: () => false,
      budget: () => ({ perSecond: 1, waiting: { high: 0, normal: 0 }, admitted: 0, cuts: 0 }),
      close: () => {},
    };
  }

  // Async, so that a refusal is a rejected promise as in the SDK.
  // deno-lint-ignore require-await
  async #send(command: Loose, { credentials }: ConnectionSettings): Promise<Loose> {
    const operation = command.constructor.name.replace("Command", "");
    const { UserName: user, AccessKeyId: id } = command.input;
    this.calls.push(operation);
    const keys = this.users.get(user);
    switch (operation) {
      case "ListBuckets":
        if (this.unknown.has(credentials.accessKeyId)) {
          throw failure("s3", operation, "credentials", "InvalidAccessKeyId");
        }
        return {};
      case "ListAccessKeys":
        if (!keys) throw failure("iam", operation, "notFound", "NoSuchEntity");
        return { AccessKeyMetadata: keys.map(({ SecretAccessKey: _, ...key }) => key) };
      case "CreateAccessKey": {
        if (this.refuse || keys!.length >= 2) throw failure("iam", operation, "terminal", "LimitExceeded");
        const AccessKeyId = `AKIAFAKE0000000000${++this.#serial}`;
        const key = {
          AccessKeyId,
          SecretAccessKey: `secret/${AccessKeyId}`,
          Status: "Active",
          CreateDate: new Date(this.now() + this.aheadMs),
        };
        keys!.push(key);
        if (this.loseReply) throw failure("iam", operation, "transient", "TimeoutError", 0);
        return { AccessKey: key };
      }
      case "GetAccessKeyLastUsed":
        if (this.keepsNoUses) throw failure("iam", operation, "terminal", "InvalidAction", 400);
        return { UserName: "app", AccessKeyLastUsed: { LastUsedDate: this.lastUse } };
      case "UpdateAccessKey":
        keys!.find((key) => key.AccessKeyId === id).Status = command.input.Status;
        return {};
      case "DeleteAccessKey":
        if (!keys?.some((key) => key.AccessKeyId === id)) throw failure("iam", operation, "notFound", "NoSuchEntity");
        this.users.set(user, keys.filter((key) => key.AccessKeyId !== id));
        return {};
    }
    throw failure("iam", operation, "terminal", "InvalidAction");
  }
}

function failure(api: "s3" | "iam", operation: string, errorClass: Loose, code: string, status = 403): AwsError {
  return new AwsError(api, operation, errorClass, code, status, `${operation} failed: ${code}`);
}

const SETTINGS = { references: "granted", adoption: "annotated", driftIntervalMs: 300_000 } as const;

/** Dependencies of a handler over the fakes; `events` collects the reasons. */
export function fakeDeps(kube: FakeKube, iam: FakeIam, events: string[]): HandlerDeps {
  const nothing: Loose = new Proxy({}, { get: () => () => nothing });
  const plurals: Record<string, string> = { AccessKey: "accesskeys", User: "users", Provider: "providers" };
  const list = (kind: string) =>
    [...kube.objects].filter(([key]) => key.startsWith(`${plurals[kind]} `)).map(([, object]) =>
      structuredClone(object)
    );
  return {
    kube,
    stores: {
      of: (kind) => ({
        get: (key: string) => structuredClone(kube.objects.get(`${plurals[kind]} ${key}`)),
        list: () => list(kind),
      } as Loose),
    },
    events: { emit: (_object, { reason }) => void events.push(reason), flush: () => Promise.resolve() },
    metrics: nothing,
    log: nothing,
    traceSpan: untraced,
    clock: { now: iam.now, monotonic: iam.now, sleep: () => Promise.resolve() },
    random: () => 0.5,
    settings: SETTINGS,
    shard: wholeCluster,
    connect: (settings) => iam.connection(settings),
    enqueue: () => {},
  };
}
