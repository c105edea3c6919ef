import type { Connection, ConnectionSettings } from "../lib/aws/api.ts";
import type { EventRecorder, Kube, Store } from "../lib/kube/api.ts";
import type { Shard } from "../lib/kube/shard.ts";
import type { Clock, Logger, Metrics, TraceSpan } from "../lib/telemetry/api.ts";
import type { KindName, ObjectOf } from "./kinds.ts";

/** The objects of every kind as last seen. */
export interface Stores {
  of<K extends KindName>(kind: K): Store<ObjectOf<K>>;
}

/** What the installation decides for all objects; docs/configuration.md. */
export interface Settings {
  /** Milliseconds between two looks at an object at rest; each wait varies by 20 % either way. */
  readonly driftIntervalMs: number;
  readonly references: "granted" | "all";
  readonly adoption: "annotated" | "always";
}

/** Everything that handlers are given; one object for all kinds. */
export interface HandlerDeps {
  readonly kube: Kube;
  readonly stores: Stores;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly traceSpan: TraceSpan;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly settings: Settings;
  /** The objects that are this process's to work on; the others are only seen. */
  readonly shard: Shard;
  /** Opens the S3 and IAM clients of a Provider. */
  readonly connect: (settings: ConnectionSettings) => Connection;
  /** Looks at an object again, soon or after `afterMs`. */
  readonly enqueue: (kind: KindName, key: string, afterMs?: number) => void;
}
