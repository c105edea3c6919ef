import assert from "node:assert/strict";
import type { HandlerDeps } from "../../../handlers/deps.ts";
import { type KindName, kinds } from "../../../handlers/kinds.ts";
import { createReconcilers } from "../../../handlers/mod.ts";
import { connect } from "../../../lib/aws/connection.ts";
import type { Connection, ConnectionSettings } from "../../../lib/aws/api.ts";
import type { Reconciler, Requeue } from "../../../lib/kube/reconciler.ts";
import { wholeCluster } from "../../../lib/kube/shard.ts";
import { openAwsHttp } from "../../../lib/platform/aws_http.ts";
import { noopLogger as log } from "../../../lib/telemetry/log.ts";
import { noopMetrics } from "../../../lib/telemetry/noop_metrics.ts";
import { type AwsSandbox, type AwsSandboxOptions, startAwsSandbox } from "../../sandbox/aws/mod.ts";
import { Faults } from "../../sandbox/faults.ts";
import type { Loose } from "../../loose.ts";
import { Cluster } from "./cluster.ts";
import { type TraceSpan, untraced } from "../../../lib/telemetry/tracing/api.ts";

const API_VERSION = "s3.cloud37.dev/v1alpha1";
const START = Date.UTC(2026, 0, 1);
export const PREFIX = "s3.cloud37.dev/";
export const FINALIZER = `${PREFIX}finalizer`;

export interface WorldOptions {
  readonly aws?: AwsSandboxOptions;
  readonly settings?: Partial<HandlerDeps["settings"]>;
  /** False: no Provider `demo/wasabi` is made. Default true. */
  readonly withProvider?: boolean;
}

/** An Event as it was emitted. */
export interface Said {
  readonly object: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** All handlers over a cluster in memory and a sandbox of S3 and IAM, with a clock that only tests move. */
export class World {
  readonly cluster: Cluster;
  readonly faults = new Faults();
  readonly events: Said[] = [];
  readonly metrics: string[] = [];
  /** Settings of each connection that was opened. */
  readonly opened: ConnectionSettings[] = [];
  /** Keys that handlers asked to look at again. */
  readonly enqueued: string[] = [];
  /** True for requests that are never answered in time. */
  timesOut: (request: { method: string; path: string }) => boolean = () => false;
  traceSpan: TraceSpan = untraced;
  shard = wholeCluster;
  #now = START;
  /** Waits take no time, but the budget of calls must see them. */
  #slept = 0;
  #reconcilers: readonly Reconciler[] = [];
  readonly #connections: Connection[] = [];

  private constructor(readonly aws: AwsSandbox, readonly settings: HandlerDeps["settings"]) {
    this.cluster = new Cluster(() => this.#now);
    this.restart();
  }

  static async open({ aws, settings }: WorldOptions): Promise<World> {
    const relay: { world?: World } = {};
    const sandbox = await startAwsSandbox({
      clock: () => relay.world?.now ?? START,
      ...aws,
      faults: { answer: (request, name, next) => relay.world!.faults.answer(request, name, next) },
    });
    const world = new World(sandbox, {
      driftIntervalMs: 300_000,
      references: "granted",
      adoption: "annotated",
      ...settings,
    });
    relay.world = world;
    return world;
  }

  async close(): Promise<void> {
    this.faults.clear();
    for (const connection of this.#connections) connection.close();
    await this.aws.close();
  }

  /** A new process: what was in memory is gone. */
  restart(): void {
    this.#reconcilers = createReconcilers(this.#deps());
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  later(ms: number): void {
    this.#now += ms;
  }

  /** Makes or changes an object in namespace `demo`, or in the one that `meta` names. */
  apply(kind: KindName, name: string, spec: Loose, meta: Loose = {}, more: Loose = {}): void {
    const metadata = { namespace: "demo", name, ...meta };
    this.cluster.apply(kinds[kind].plural, { apiVersion: API_VERSION, kind, metadata, spec, ...more });
  }

  /** The Secret and the Provider that all objects of the tests name. */
  provider(spec: Loose = {}, { namespace = "demo", name = "wasabi" } = {}): void {
    this.secret("root", {
      "access-key": this.aws.credentials.accessKeyId,
      "secret-key": this.aws.credentials.secretAccessKey,
    }, { namespace });
    const ref = { name: "root" };
    this.apply("Provider", name, {
      endpoint: this.aws.url,
      iamEndpoint: this.aws.url,
      region: "us-east-1",
      auth: { accessKeySecretRef: ref, secretKeySecretRef: ref },
      ...spec,
    }, { namespace });
  }

  secret(name: string, values: Record<string, string>, meta: Loose = {}): void {
    const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)]));
    const metadata = { namespace: "demo", name, ...meta };
    this.cluster.apply("secrets", { apiVersion: "v1", kind: "Secret", metadata, data });
  }

  annotate(kind: KindName, name: string, annotations: Record<string, string | null>, namespace = "demo"): void {
    const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [PREFIX + key, value]));
    this.cluster.edit(kinds[kind].plural, { namespace, name }, { metadata: { annotations: prefixed } });
  }

  edit(kind: KindName, name: string, patch: Loose, namespace = "demo"): void {
    this.cluster.edit(kinds[kind].plural, { namespace, name }, patch);
  }

  remove(kind: KindName, name: string, namespace = "demo"): void {
    this.cluster.remove(kinds[kind].plural, { namespace, name });
  }

  object(kind: KindName, name: string, namespace = "demo"): Loose {
    return this.cluster.find(kinds[kind].plural, { namespace, name });
  }

  condition(kind: KindName, name: string, type = "Ready", namespace = "demo"): Loose {
    return this.object(kind, name, namespace)?.status?.conditions?.find((each: Loose) => each.type === type);
  }

  /** `True`, or the reason why not, with its message. */
  ready(kind: KindName, name: string, namespace = "demo"): string {
    const found = this.condition(kind, name, "Ready", namespace);
    return found?.status === "True" ? "True" : `${found?.reason}: ${found?.message}`;
  }

  types(kind: KindName, name: string): string[] {
    return this.object(kind, name).status.conditions.filter((each: Loose) => each.status === "True")
      .map((each: Loose) => each.type).sort();
  }

  async pass(kind: KindName, name: string, namespace = "demo"): Promise<Requeue> {
    const reconciler = this.#reconcilers.find(({ type }) => type.kind === kind)!;
    return await reconciler.reconcile(`${namespace}/${name}`, {
      signal: new AbortController().signal,
      reconcileId: "test",
    });
  }

  /** Rounds over all objects until one writes nothing to the cluster and changes nothing outside. */
  async settle(rounds = 15): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const before = this.cluster.writes.length + this.changes().length;
      await this.round();
      if (this.cluster.writes.length + this.changes().length === before) return;
    }
    assert.fail(`Not at rest after ${rounds} rounds: ${this.cluster.writes.slice(-20).join(", ")}`);
  }

  /** One pass over each object. */
  async round(): Promise<void> {
    for (const kind of Object.keys(kinds) as KindName[]) {
      for (const { metadata } of this.cluster.list(kinds[kind].plural)) {
        await this.pass(kind, metadata.name, metadata.namespace);
      }
    }
  }

  /** Names of the requests since the last `forget`. */
  calls(): string[] {
    return this.aws.requests.map(({ name }) => name);
  }

  /** Those of them that change something. */
  changes(): string[] {
    return this.calls().filter((name) => !/:(Get|List|Head)/.test(name));
  }

  /** Forgets requests, writes and Events so far. */
  forget(): void {
    this.aws.forgetRequests();
    this.cluster.writes.length = 0;
    this.events.length = 0;
    this.metrics.length = 0;
  }

  reasons(): string[] {
    return this.events.map(({ reason }) => reason);
  }

  /** Asserts that further passes over all objects neither write, nor change anything, nor say anything. */
  async assertAtRest(passes = 10): Promise<void> {
    // An access key keeps its intent for ten minutes.
    this.later(660_000);
    await this.settle();
    this.forget();
    for (let count = 0; count < passes; count++) {
      this.later(301_000);
      await this.round();
    }
    assert.deepEqual([...this.cluster.writes, ...this.changes(), ...this.reasons()], []);
  }

  #deps(): HandlerDeps {
    const clock = {
      now: () => this.#now,
      monotonic: () => this.#now + this.#slept,
      sleep: (ms: number) => Promise.resolve(void (this.#slept += ms)),
    };
    const shared = {
      clock,
      random: () => 0.5,
      metrics: {
        ...noopMetrics,
        driftDetected: (kind: string, type: string) => void this.metrics.push(`drift ${kind} ${type}`),
        driftStays: (kind: string, type: string) => void this.metrics.push(`unmended ${kind} ${type}`),
        bucketOperation: (name: string, result: string) => void this.metrics.push(`bucket ${name} ${result}`),
        reconciled: (kind: string, result: string) => void this.metrics.push(`reconciled ${kind} ${result}`),
        error: (kind: string, type: string) => void this.metrics.push(`error ${kind} ${type}`),
      },
      log,
      traceSpan: this.traceSpan,
    };
    return {
      ...shared,
      kube: this.cluster as Loose,
      stores: {
        of: (kind: KindName) =>
          ({
            get: (key: string) => {
              const [namespace = "", name = ""] = key.split("/");
              return this.object(kind, name, namespace);
            },
            list: () => this.cluster.list(kinds[kind].plural),
          }) as Loose,
      },
      events: {
        emit: ({ kind, metadata }, { type, reason, note }) =>
          void this.events.push({ object: `${kind}/${metadata.name}`, type, reason, note }),
        flush: () => Promise.resolve(),
      },
      settings: this.settings,
      shard: this.shard,
      connect: (settings) => {
        this.opened.push(settings);
        const connection = connect(settings, { ...shared, mayMutate: () => true, http: (tls) => this.#http(tls) });
        this.#connections.push(connection);
        return connection;
      },
      enqueue: (kind, key) => void this.enqueued.push(`${kind} ${key}`),
    };
  }

  #http(tls: ConnectionSettings["tls"]) {
    const side = openAwsHttp({ ...tls, insecureSkipVerify: false });
    const handle = (request: Loose, options: Loose) => {
      if (!this.timesOut(request)) return side.requestHandler.handle(request, options);
      return Promise.reject(Object.assign(new Error("Request did not complete"), { name: "TimeoutError" }));
    };
    let isOpen = true;
    const close = () => {
      if (isOpen) side.close();
      isOpen = false;
    };
    return { requestHandler: { handle, destroy() {} }, close };
  }
}

/** Runs with a world of its own, in which the Provider `demo/wasabi` is ready. */
export async function withWorld(options: WorldOptions, run: (world: World) => Promise<void>): Promise<void> {
  const world = await World.open(options);
  try {
    if (options.withProvider !== false) {
      world.provider();
      await world.settle();
      world.forget();
    }
    await run(world);
  } finally {
    await world.close();
  }
}
