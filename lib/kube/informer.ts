import type { Clock, Logger } from "../telemetry/api.ts";
import type { ClusterMetrics } from "../telemetry/metrics_api.ts";
import { noopMetrics } from "../telemetry/noop_metrics.ts";
import type { ResourceType } from "./api.ts";
import { Backoff } from "./backoff.ts";
import { KubeError } from "./errors.ts";
import { keyOf, type KubeObject } from "./object.ts";
import { pathOf } from "./paths.ts";
import { isNewerVersion, type ObjectStore } from "./store.ts";
import type { RequestOptions, Transport } from "./transport.ts";

interface List<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

export interface InformerOptions<T extends KubeObject> {
  readonly transport: Transport;
  readonly type: ResourceType<T>;
  readonly store: ObjectStore<T>;
  /** Absent: the whole cluster. */
  readonly namespace?: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics?: Pick<ClusterMetrics, "informerRestarted">;
  /** How long a watch may be silent, milliseconds; bookmarks come every minute. */
  readonly idleMs?: number;
  readonly pageSize?: number;
}

const IDLE_MS = 75_000;
const PAGE_SIZE = 500;
/** A list in one piece may be large: as long as the API server itself gives a request, milliseconds. */
const LIST_MS = 60_000;
const SHORTEST_WATCH_MS = 1_000;
/** Refusals that only a person can end: no permission, no credentials, no such kind. */
const REFUSALS: readonly number[] = [401, 403, 404];

/**
 * Keeps a store equal to what the API server has of one kind: list, then watch, for ever. It never gives up and never
 * ends the process. The rules are client-go's reflector's.
 */
export class Informer<T extends KubeObject> {
  readonly kind: string;
  /** True once the first list is in the store. */
  synced = false;
  /** When the API server was last heard, by the monotonic clock, milliseconds. */
  lastContact: number;
  #resourceVersion = "";
  /** The version we have is too old, or newer than the server's: list what is newest. */
  #expired = false;
  /** Watches in a row that brought nothing, not even a bookmark. */
  #silences = 0;
  /** Why the API server does not let it list, with the remedy; `undefined` while it does. */
  refusal: string | undefined;
  /** The refusal that was told last, so that it is told once. */
  #told = 0;
  readonly #backoff: Backoff;
  readonly #options: InformerOptions<T>;

  constructor(options: InformerOptions<T>) {
    this.kind = options.type.kind;
    this.#options = options;
    this.#backoff = new Backoff({ baseMs: 800, mostMs: 30_000, random: options.random });
    this.lastContact = options.clock.monotonic();
  }

  /** Resolves when the signal has aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, metrics = noopMetrics } = this.#options;
    let relist = true;
    while (!signal.aborted) {
      try {
        if (relist) await this.#list(signal);
        relist = false;
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof KubeError ? error : new KubeError(0, "Internal", String(error));
        const { code, reason, retryAfterMs } = failure;
        metrics.informerRestarted(this.kind, reason || `Status${code}`);
        if (reason === "WatchIdle") {
          // Go on from where it was. Silent again: something holds events back, or the server was restored and waits
          // for a version of ours that it does not have yet. Then only a list tells.
          relist = this.#silences++ > 0;
          continue;
        }
        if (code > 0) this.#heard();
        // A watch that is too old lists what is not older than that; only a list that fails so needs the newest.
        if (relist && (code === 410 || code === 504)) this.#expired = true;
        if (code >= 400 && code !== 429) relist = true;
        const waitMs = Math.max(this.#backoff.next(), retryAfterMs ?? 0);
        this.#tell(failure, waitMs);
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /**
   * At version "0" the server may answer from its cache, by pages; later not older than what we have; at "" only after
   * the server said that our version is gone. These two are whole: a limit would bypass the cache, and pages may expire
   * again.
   */
  async #list(signal: AbortSignal): Promise<void> {
    const { store, pageSize = PAGE_SIZE } = this.#options;
    const seen = new Set<string>();
    const version = this.#expired ? "" : this.#resourceVersion || "0";
    let next = "";
    let resourceVersion = "";
    do {
      const query: Record<string, string> = next
        ? { continue: next }
        : version === ""
        ? {}
        : { resourceVersion: version };
      if (version === "0") query["limit"] = String(pageSize);
      const page = await this.#options.transport.request<List<T>>(
        "GET",
        this.#path(),
        { ...this.#request("list", signal, query), timeoutMs: LIST_MS },
      );
      this.#heard();
      next = page.metadata.continue ?? "";
      ({ resourceVersion } = page.metadata);
      // A consistent list that is older than what we had: the server was restored, and versions of ours mean nothing
      // now.
      const rewound = version === "" && this.#resourceVersion !== "" &&
        isNewerVersion(this.#resourceVersion, resourceVersion);
      const origin = this.synced ? "watch" : "initial";
      for (const item of page.items) {
        seen.add(keyOf(item.metadata));
        if (rewound) store.restore(this.#complete(item), origin);
        else store.put(this.#complete(item), origin);
      }
    } while (next !== "");
    const gone = store.list().filter(({ metadata }) => this.#isOurs(metadata.namespace) && !seen.has(keyOf(metadata)));
    for (const object of gone) store.remove(object);
    this.#resourceVersion = resourceVersion;
    this.#expired = false;
    this.#told = 0;
    this.refusal = undefined;
    this.synced = true;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { transport, store, clock, random, idleMs = IDLE_MS } = this.#options;
    const started = clock.monotonic();
    let events = 0;
    const query = {
      resourceVersion: this.#resourceVersion,
      allowWatchBookmarks: "true",
      timeoutSeconds: String(Math.round(300 * (1 + random()))),
    };
    for await (
      const { type, object } of transport.watch<T>(this.#path(), { ...this.#request("watch", signal, query), idleMs })
    ) {
      this.#heard();
      if (type === "ERROR") {
        const { code = 0, reason = "", message = "" } = object as unknown as {
          code?: number;
          reason?: string;
          message?: string;
        };
        throw new KubeError(code, reason, message);
      }
      if (type === "DELETED") store.remove(object);
      else if (type !== "BOOKMARK") store.put(this.#complete(object));
      this.#resourceVersion = object.metadata.resourceVersion || this.#resourceVersion;
      events++;
      this.#backoff.reset();
      this.#silences = 0;
    }
    if (events === 0 && clock.monotonic() - started < SHORTEST_WATCH_MS) {
      throw new KubeError(0, "ShortWatch", "The watch ended at once");
    }
  }

  #tell({ code, reason, message }: KubeError, waitMs: number): void {
    const { log, type } = this.#options;
    // By its kind a line is told apart from those of other kinds, which the log would leave out as the same.
    const fields = { kind: type.kind, code, reason, why: message, waitMs: Math.round(waitMs) };
    if (REFUSALS.includes(code)) this.refusal = refusalOf(code, this.#options);
    if (this.refusal && code !== this.#told) {
      log.warning("The API server refuses to list or watch", { ...fields, remedy: this.refusal });
    } else log.debug("Watch interrupted", fields);
    if (code > 0) this.#told = code;
  }

  /** Items of a list do not carry their kind. */
  #complete(object: T): T {
    const { group, version, kind } = this.#options.type;
    return { ...object, apiVersion: group === "" ? version : `${group}/${version}`, kind };
  }

  #isOurs(namespace: string): boolean {
    return this.#options.namespace === undefined || this.#options.namespace === namespace;
  }

  #heard(): void {
    this.lastContact = this.#options.clock.monotonic();
  }

  #path(): string {
    const { type, namespace } = this.#options;
    return pathOf(type, namespace === undefined ? {} : { namespace });
  }

  #request(verb: string, signal: AbortSignal, query: Readonly<Record<string, string>>): RequestOptions {
    return { operation: `${verb}_${this.#options.type.plural}`, signal, query };
  }
}

function refusalOf(code: number, { type, namespace }: Pick<InformerOptions<KubeObject>, "type" | "namespace">): string {
  const resource = `${type.plural}.${type.group}`;
  if (code === 404) {
    return `The API server does not know ${resource}: apply the CRDs, which the chart has and the command "crds" prints`;
  }
  if (code === 401) return "The API server does not accept the operator's credentials: look at its token or kubeconfig";
  const where = namespace === undefined ? "the cluster" : `namespace ${namespace}`;
  return `Not allowed to list or watch ${resource} in ${where}: bind the role of the chart (docs/install.md)`;
}
