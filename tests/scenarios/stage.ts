import assert from "node:assert/strict";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import { Admin, type Loose } from "./admin.ts";
import { object, secret } from "./objects.ts";
import { type RunningOperator, startOperator } from "./operator.ts";
import type { World } from "./world.ts";

const KINDS = ["BucketPolicy", "AccessKey", "Bucket", "User", "IAMPolicy", "Provider"] as const;
/** What the names of all namespaces, buckets, users and policies of scenarios begin with. */
export const NAME_PREFIX = "team-";
const PATIENCE_MS = 30_000;
let serial = 0;

/** Where one scenario plays: namespaces of its own, an operator that watches those, and what a person does and sees. */
export class Stage {
  readonly admin: Admin;
  readonly ns: string;
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly #namespaces: string[] = [];
  readonly #operators = new Set<RunningOperator>();
  readonly #deferred: (() => Promise<void>)[] = [];
  /** The wall clock of operators that are started from now on, epoch milliseconds. */
  now: () => number = Date.now;

  constructor(readonly world: World) {
    this.admin = new Admin(world.server);
    this.ns = `${NAME_PREFIX}${(serial++).toString(36)}-${crypto.randomUUID().slice(0, 4)}`;
    ({ s3: this.s3, iam: this.iam } = world.clients);
  }

  /** A name that no other scenario has, for buckets, users and policies. */
  name(what: string): string {
    return `${this.ns}-${what}`;
  }

  async namespace(suffix = ""): Promise<string> {
    const name = `${this.ns}${suffix}`;
    await this.admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    this.#namespaces.push(name);
    await this.world.enter?.(name);
    return name;
  }

  /** Starts the operator for the stage's namespaces, as of now. */
  async operator(...flags: string[]): Promise<RunningOperator> {
    const operator = await startOperator([
      `--kubeconfig=${this.world.kubeconfig}`,
      "--leader-elect=false",
      "--watch-scope=namespaced",
      `--watch-namespaces=${this.#namespaces.join(",")}`,
      ...flags,
    ], { now: () => this.now() });
    const stop = async () => {
      this.#operators.delete(running);
      await operator.stop();
    };
    const running = { ...operator, stop };
    this.#operators.add(running);
    return running;
  }

  /** A Secret with the operator's credentials and a Provider `wasabi` that uses it; not yet in the cluster. */
  providerObjects({ namespace = this.ns, credentials = this.world.credentials, spec = {} } = {}): Loose[] {
    const { endpoint } = this.world.service;
    const reference = (key: string) => ({ name: "wasabi-credentials", key });
    return [
      secret({ name: "wasabi-credentials", namespace }, {
        "access-key": credentials.accessKeyId,
        "secret-key": credentials.secretAccessKey,
      }),
      object("Provider", { name: "wasabi", namespace }, {
        type: "wasabi",
        endpoint,
        iamEndpoint: endpoint,
        region: "us-east-1",
        auth: { accessKeySecretRef: reference("access-key"), secretKeySecretRef: reference("secret-key") },
        ...spec,
      }),
    ];
  }

  /** The namespace, its Provider, and the operator: where most scenarios begin. */
  async begin(...flags: string[]): Promise<RunningOperator> {
    await this.namespace();
    await this.applied(...this.providerObjects());
    return await this.operator(...flags);
  }

  /** A Bucket object `name` for a bucket of the stage's own. */
  bucket(name: string, spec: Loose = {}): Loose {
    return object("Bucket", { name, namespace: this.ns }, {
      providerRef: { name: "wasabi" },
      name: this.name(name),
      deletionPolicy: "Delete",
      ...spec,
    });
  }

  plainBucket(name: string, spec: Loose = {}): Loose {
    return this.bucket(name, { autoManage: { enabled: false }, ...spec });
  }

  user(name: string, spec: Loose = {}): Loose {
    return object("User", { name, namespace: this.ns }, {
      providerRef: { name: "wasabi" },
      name: this.name(name),
      ...spec,
    });
  }

  accessKey(name: string, user: string, spec: Loose = {}): Loose {
    return object("AccessKey", { name, namespace: this.ns }, {
      providerRef: { name: "wasabi" },
      userRef: { name: user },
      ...spec,
    });
  }

  async applied(...objects: Loose[]): Promise<void> {
    for (const each of objects) await this.admin.apply(each);
  }

  /** Waits until every object is Ready at its present generation. */
  async ready(...objects: Loose[]): Promise<void> {
    for (const each of objects) {
      await this.until(each, "to be Ready", ({ metadata, status }) => {
        return condition(status, "Ready")?.status === "True" && status.observedGeneration === metadata.generation;
      });
    }
  }

  /** Waits until the object is not Ready for the reason; returns the message. */
  async refused(object: Loose, reason: string): Promise<string> {
    const found = await this.until(object, `not to be Ready: ${reason}`, ({ status }) => {
      const ready = condition(status, "Ready");
      return ready?.status === "False" && ready.reason === reason;
    });
    return condition(found.status, "Ready").message;
  }

  async deleted(...objects: Loose[]): Promise<void> {
    for (const each of objects) await this.admin.remove(each);
    await this.gone(...objects);
  }

  async gone(...objects: Loose[]): Promise<void> {
    for (const each of objects) {
      await this.eventually(
        `${each.kind} ${each.metadata.name} to be gone`,
        async () => await this.admin.get(each) === undefined,
      );
    }
  }

  /** Waits until the object is there and the test holds; returns it. */
  async until(object: Loose, what: string, holds: (live: Loose) => boolean): Promise<Loose> {
    let live: Loose;
    await this.eventually(`${object.kind} ${object.metadata.name} ${what}`, async () => {
      live = await this.admin.get(object);
      return live !== undefined && holds(live);
    });
    return live;
  }

  /** Waits until it holds; on failure says what the cluster and the operator have to say. */
  async eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      if (await holds()) return;
      if (performance.now() > end) break;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    assert.fail(`Waited for ${what}\n${await this.#report()}`);
  }

  /** Waits for an Event of the reason about the object; returns its note. */
  async event(object: Loose, reason: string): Promise<string> {
    let found: Loose;
    await this.eventually(`Event ${reason} of ${object.kind} ${object.metadata.name}`, async () => {
      const events = await this.admin.list("Event", object.metadata.namespace);
      found = events.find((event) => event.reason === reason && event.regarding?.name === object.metadata.name);
      return found !== undefined;
    });
    return found.note;
  }

  /** Is called in the end, once no operator runs. */
  defer(cleanUp: () => Promise<void>): void {
    this.#deferred.push(cleanUp);
  }

  /** Ends the operators and takes everything away, without anybody's help. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const operator of [...this.#operators]) await operator.stop();
    this.world.faults?.clear();
    for (const cleanUp of this.#deferred.toReversed()) await cleanUp();
    for (const namespace of this.#namespaces) {
      for (const kind of KINDS) {
        for (const each of await this.admin.list(kind, namespace)) {
          await this.admin.remove(each);
          if (each.metadata.finalizers?.length > 0) {
            await this.admin.patch(each, { metadata: { finalizers: null } }).catch(() => {});
          }
        }
      }
      await this.admin.remove({ kind: "Namespace", metadata: { name: namespace } });
    }
    this.admin[Symbol.dispose]();
  }

  async #report(): Promise<string> {
    const lines: string[] = [];
    for (const namespace of this.#namespaces) {
      for (const kind of KINDS) {
        for (const { metadata, status } of await this.admin.list(kind, namespace)) {
          lines.push(
            `${kind} ${metadata.name} ${metadata.deletionTimestamp ? "deleting " : ""}${JSON.stringify(status)}`,
          );
        }
      }
    }
    for (const operator of this.#operators) lines.push(...operator.log().slice(-60));
    return lines.join("\n");
  }
}

export function condition(status: Loose, type: string): Loose {
  return status?.conditions?.find((each: Loose) => each.type === type);
}
