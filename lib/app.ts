import { connect as connectAws, type ConnectDeps } from "./aws/connection.ts";
import type { Connection, ConnectionSettings } from "./aws/api.ts";
import type { Config } from "./config/settings.ts";
import type { ResourceType } from "./kube/api.ts";
import { connectKube } from "./kube/auth.ts";
import { KubeClient } from "./kube/client.ts";
import type { KubeAuthDeps, KubeConnection } from "./kube/connection.ts";
import { Recorder } from "./kube/events.ts";
import { Lacks } from "./kube/lacks.ts";
import { Lease } from "./kube/lease.ts";
import { Manager } from "./kube/manager.ts";
import { lackingPermissions } from "./kube/permissions.ts";
import type { Reconciler } from "./kube/reconciler.ts";
import { type KnownKind, oldCrds } from "./kube/served_schemas.ts";
import { leaseNameOf, type Shard, shardOf } from "./kube/shard.ts";
import { Stores } from "./kube/store.ts";
import { warnOfUnwatched } from "./kube/unwatched.ts";
import type { Clock, Logger, Metrics, TraceSpan } from "./telemetry/api.ts";
import type { LogComponent } from "./telemetry/log_levels.ts";

const NAME = "wasabi-s3-operator";
/** A Lease's holder and an Event's instance have at most 128 characters. */
const MOST_IDENTITY = 128;
/** How long Events may still be sent at shutdown, milliseconds. */
const FLUSH_MS = 2_000;

/** What the platform lends to the operator. */
export interface Platform {
  readonly env: KubeAuthDeps["env"];
  readonly readFile: KubeAuthDeps["readFile"];
  readonly mayRunPrograms: KubeAuthDeps["mayRunPrograms"];
  readonly createFetch: KubeAuthDeps["createFetch"];
  readonly openAwsHttp: ConnectDeps["http"];
  readonly hostname: () => string;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What the handlers are made of; the types of their stores are theirs. */
export interface Parts {
  readonly kube: KubeClient;
  readonly stores: Stores;
  readonly events: Recorder;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly traceSpan: TraceSpan;
  readonly clock: Clock;
  readonly random: () => number;
  /** The objects that are this process's to work on. */
  readonly shard: Shard;
  readonly connect: (settings: ConnectionSettings) => Connection;
  readonly enqueue: (kind: string, key: string, afterMs?: number) => void;
}

export interface OperatorOptions {
  readonly config: Config;
  readonly platform: Platform;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly traceSpan: TraceSpan;
  readonly kinds: readonly KnownKind[];
  /** Those of whose objects some are made and deleted by the operator. */
  readonly children: readonly ResourceType[];
  readonly createReconcilers: (parts: Parts) => readonly Reconciler[];
}

/** A connected operator that does not run yet. */
export interface Operator {
  readonly manager: Manager;
  /** Runs until `stop` aborts or the lease is lost, then flushes Events and closes the connection. */
  run(stop: AbortSignal): Promise<"stopped" | "lost">;
}

/** Connects to the cluster and wires client, stores, handlers and manager. @throws KubeAuthError */
export async function createOperator(options: OperatorOptions): Promise<Operator> {
  const { config, platform, metrics, log, traceSpan } = options;
  const { clock, random } = platform;
  const logOf = (component: LogComponent) => log.with({ component });
  const { kubeconfig, context } = config;
  const connection = await connectKube(
    { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) },
    { ...platform, metrics, traceSpan },
  );
  const { transport } = connection;
  const namespace = platform.env("POD_NAMESPACE") ?? connection.namespace;
  const identity = `${platform.env("POD_NAME") ?? platform.hostname()}_${crypto.randomUUID()}`.slice(-MOST_IDENTITY);
  const stores = new Stores(options.kinds);
  // Handlers call and enqueue only while they reconcile, and then the manager is there.
  const mayMutate = () => manager.mayMutate();
  const kube = new KubeClient({ transport, onWrite: (type, object) => stores.written(type, object), mayMutate });
  // What was done is told to its end, also after the lease.
  const events = new Recorder({
    kube: new KubeClient({ transport }),
    controller: NAME,
    instance: identity,
    log: logOf("kube"),
    clock,
    metrics,
  });
  const shard = shardOf(config.watchLabelSelector);
  const leaseName = leaseNameOf(NAME, config.watchLabelSelector);
  const lease = config.leaderElect
    ? new Lease({ transport, namespace, name: leaseName, identity, clock, log: logOf("kube"), random, metrics })
    : undefined;
  const aws = { clock, random, metrics, log: logOf("aws"), traceSpan, mayMutate, http: platform.openAwsHttp };
  const reconcilers = options.createReconcilers({
    kube,
    stores,
    events,
    metrics,
    log: logOf("handlers"),
    traceSpan,
    clock,
    random,
    shard,
    connect: (settings) => connectAws(settings, aws),
    enqueue: (kind, key, afterMs) => manager.enqueue(kind, key, afterMs),
  });
  const namespaces = watched(config, namespace);
  const lacks = new Lacks({
    ask: async (signal) => {
      const { kinds, children } = options;
      const common = { transport, log: logOf("kube"), signal };
      const leased = lease ? { lease: { namespace, name: leaseName } } : {};
      const denied = await lackingPermissions({
        types: kinds,
        children,
        namespaces: namespaces ?? [namespace],
        ...leased,
        ...common,
      });
      return [...denied, ...await oldCrds(kinds, common)];
    },
    clock,
    log: logOf("kube"),
    random,
  });
  const manager: Manager = new Manager({
    transport,
    stores,
    reconcilers,
    concurrency: config.concurrency,
    clock,
    random,
    log: logOf("kube"),
    metrics,
    lacks,
    ...(config.watchLabelSelector === undefined ? {} : { shard }),
    ...(namespaces ? { namespaces } : {}),
    ...(lease ? { lease } : {}),
  });
  metrics.showClusterWhile(mayMutate);
  metrics.onScrape("leader", () => [{ labels: { name: leaseName }, value: mayMutate() ? 1 : 0 }]);
  log.info("Connected", {
    server: transport.endpoint().server,
    namespace,
    identity,
    watching: namespaces ?? "all",
    shard: shard.name,
  });
  return {
    manager,
    run(stop) {
      if (namespaces) {
        void warnOfUnwatched({ transport, types: options.kinds, namespaces, log: logOf("kube"), signal: stop });
      }
      return run(manager, events, connection, stop);
    },
  };
}

/** The namespaces to watch; `undefined` for all. */
function watched({ watchScope, watchNamespaces }: Config, own: string): readonly string[] | undefined {
  if (watchScope === "cluster") return undefined;
  return watchNamespaces.length > 0 ? watchNamespaces : [own];
}

async function run(
  manager: Manager,
  events: Recorder,
  connection: KubeConnection,
  stop: AbortSignal,
): Promise<"stopped" | "lost"> {
  try {
    return await manager.run(stop);
  } finally {
    await events.flush(FLUSH_MS);
    connection.close();
  }
}
