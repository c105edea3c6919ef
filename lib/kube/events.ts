import type { Clock, Logger } from "../telemetry/api.ts";
import type { EventRecorder, Kube, ResourceType } from "./api.ts";
import type { Draft, KubeObject } from "./object.ts";

interface KubeEvent extends KubeObject {
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

interface Series {
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

/** Records Events one after the other; what repeats becomes a series; what is too much is dropped and counted in the log. */
export class Recorder implements EventRecorder {
  readonly #series = new Map<string, Series>();
  readonly #options: {
    readonly kube: Kube;
    readonly controller: string;
    readonly instance: string;
    readonly log: Logger;
    readonly clock: Clock;
  };
  #sending: Promise<void> = Promise.resolve();
  #queued = 0;

  constructor(
    options: {
      readonly kube: Kube;
      readonly controller: string;
      readonly instance: string;
      readonly log: Logger;
      readonly clock: Clock;
    },
  ) {
    this.#options = options;
  }

  emit(object: KubeObject, event: Parameters<EventRecorder["emit"]>[1]): void {
    const now = this.#options.clock.now();
    this.#forgetOld(now);
    const id = [object.metadata.uid, event.type, event.reason, event.note].join("|");
    const known = this.#series.get(id);
    if (known === undefined) {
      const series = {
        name: eventName(object),
        namespace: object.metadata.namespace,
        count: 1,
        lastAt: now,
        pending: false,
      };
      this.#series.set(id, series);
      this.#send(() => this.#create(object, event, series, now));
      return;
    }
    known.count++;
    known.lastAt = now;
    if (known.pending) return;
    known.pending = true;
    this.#send(() => this.#repeat(known));
  }

  async flush(timeoutMs: number): Promise<void> {
    const done = new AbortController();
    await Promise.race([this.#sending.finally(() => done.abort()), this.#options.clock.sleep(timeoutMs, done.signal)]);
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
      action: event.action ?? "Reconcile",
      note: event.note.slice(0, MOST_NOTE),
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
  }

  async #repeat(series: Series): Promise<void> {
    series.pending = false;
    const { name, namespace, count, lastAt } = series;
    await this.#options.kube.mergePatch(eventType, { namespace, name }, {
      series: { count, lastObservedTime: microTime(lastAt) },
    });
  }

  #send(write: () => Promise<void>): void {
    if (this.#queued >= MOST_QUEUED) return;
    this.#queued++;
    this.#sending = this.#sending.then(write)
      .catch((error) => this.#options.log.debug("Event not recorded", { error }))
      .finally(() => this.#queued--);
  }

  /** Series are in the order of their first Event, which is close enough to that of their last. */
  #forgetOld(now: number): void {
    for (const [id, { lastAt }] of this.#series) {
      if (now - lastAt < SERIES_MS) return;
      this.#series.delete(id);
    }
  }
}

function eventName({ metadata: { name } }: KubeObject): string {
  return `${name.slice(0, 200)}.${crypto.randomUUID().slice(0, 13)}`;
}

/** A MicroTime has six digits of a second. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
