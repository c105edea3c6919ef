import type { Clock, Logger } from "../telemetry/api.ts";
import type { ClusterMetrics } from "../telemetry/metrics_api.ts";
import { noopMetrics } from "../telemetry/noop_metrics.ts";
import type { EventRecorder, Kube, ResourceType } from "./api.ts";
import { microTime } from "./micro_time.ts";
import type { Draft, KubeObject } from "./object.ts";

interface KubeEvent extends KubeObject {
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

/** Who records, and with what. */
export interface RecorderOptions {
  readonly kube: Kube;
  /** Name of the operator, in every Event. */
  readonly controller: string;
  /** Name of this process; an Event takes 128 characters of it. */
  readonly instance: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics?: Pick<ClusterMetrics, "eventRecorded">;
}

interface Series {
  readonly type: "Normal" | "Warning";
  readonly name: string;
  readonly namespace: string;
  count: number;
  lastAt: number;
  /** A write of the count is queued already. */
  pending: boolean;
}

const eventType: ResourceType<KubeEvent> = { group: "events.k8s.io", version: "v1", plural: "events", kind: "Event" };

/** Six minutes without a repetition end a series (events.k8s.io). */
const SERIES_MS = 360_000;
const MOST_QUEUED = 1_000;
const MOST_NOTE = 1_024;

/**
 * Records Events one after the other; what repeats becomes a series; what is too much is dropped and counted in the
 * log.
 */
export class Recorder implements EventRecorder {
  readonly #series = new Map<string, Series>();
  readonly #options: RecorderOptions;
  readonly #metrics: Pick<ClusterMetrics, "eventRecorded">;
  #sending: Promise<void> = Promise.resolve();
  #queued = 0;
  #dropped = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? noopMetrics;
  }

  emit(object: KubeObject, event: Parameters<EventRecorder["emit"]>[1]): void {
    const now = this.#options.clock.now();
    this.#forgetOld(now);
    const id = [object.metadata.uid, event.type, event.reason, event.note].join("|");
    const known = this.#series.get(id);
    if (known === undefined) {
      if (this.#isFull(event.type)) return;
      const series = {
        type: event.type,
        name: eventName(object),
        namespace: object.metadata.namespace,
        count: 1,
        lastAt: now,
        pending: false,
      };
      this.#series.set(id, series);
      this.#send(id, series, () => this.#create(object, event, series, now));
      return;
    }
    known.count++;
    known.lastAt = now;
    // The map is in the order of last occurrence, so that what is old is at its front.
    this.#series.delete(id);
    this.#series.set(id, known);
    if (known.pending || this.#isFull(event.type)) return;
    known.pending = true;
    this.#send(id, known, () => this.#repeat(known));
  }

  async flush(timeoutMs: number): Promise<void> {
    const done = new AbortController();
    await Promise.race([this.#sending.then(() => done.abort()), this.#options.clock.sleep(timeoutMs, done.signal)]);
  }

  async #create(
    object: KubeObject,
    event: Parameters<EventRecorder["emit"]>[1],
    { name, namespace }: Series,
    now: number,
  ): Promise<void> {
    const { controller, instance, kube } = this.#options;
    const draft = {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name, namespace },
      eventTime: microTime(now),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      type: event.type,
      reason: event.reason,
      action: "Reconcile",
      note: cut(event.note, MOST_NOTE),
      regarding: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: object.metadata.name,
        namespace,
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
      },
    };
    await kube.create(eventType, draft as unknown as Draft<KubeEvent>);
    this.#metrics.eventRecorded(event.type, "created");
  }

  async #repeat(series: Series): Promise<void> {
    series.pending = false;
    const { type, name, namespace, count, lastAt } = series;
    await this.#options.kube.mergePatch(eventType, { namespace, name }, {
      series: { count, lastObservedTime: microTime(lastAt) },
    });
    this.#metrics.eventRecorded(type, "repeated");
  }

  /** An Event is help, not a record: a server that does not keep up must not fill the memory. */
  #isFull(type: Series["type"]): boolean {
    if (this.#queued < MOST_QUEUED) return false;
    this.#metrics.eventRecorded(type, "dropped");
    if (this.#dropped++ === 0) this.#options.log.warning("Events are dropped: the API server does not keep up");
    return true;
  }

  /** A series whose write failed is forgotten: what happens again is a new Event, for the old one may not be there. */
  #send(id: string, { type }: Series, write: () => Promise<void>): void {
    this.#queued++;
    this.#sending = this.#sending.then(write)
      .catch((error) => {
        this.#series.delete(id);
        this.#metrics.eventRecorded(type, "failed");
        this.#options.log.debug("Event not recorded", { error });
      })
      .finally(() => this.#sent());
  }

  #sent(): void {
    this.#queued--;
    if (this.#queued > 0 || this.#dropped === 0) return;
    this.#options.log.warning("Events were dropped", { dropped: this.#dropped });
    this.#dropped = 0;
  }

  #forgetOld(now: number): void {
    for (const [id, { lastAt }] of this.#series) {
      if (now - lastAt < SERIES_MS) return;
      this.#series.delete(id);
    }
  }
}

/** A name may not end in a dot or a dash, which a long one that is cut could. */
function eventName({ metadata: { name } }: KubeObject): string {
  return `${name.slice(0, 200).replace(/[-.]+$/, "")}.${crypto.randomUUID().slice(0, 13)}`;
}

/** The server counts bytes; a character is not cut in two. */
function cut(text: string, mostBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(mostBytes));
  return text.slice(0, read);
}
