import { expired, type StatusError } from "./errors.ts";
import { jsonOf, type KubeObject } from "./object.ts";
import { invalidOptions, servedOf, versionOf } from "./read.ts";
import { type Selector, selectorOf } from "./selector.ts";
import type { Call } from "./service.ts";
import type { Change } from "./storage.ts";
import { bookmark, metadataOnly, table, viewOf } from "./table.ts";

const DEFAULT_SECONDS = 1_800;
const LAST_BOOKMARK_MS = 2_000;
const encoder = new TextEncoder();

/** Live watches, so that a test can cut them or make them silent. */
export class Watches {
  readonly #live = new Set<Stream>();
  #stalled = false;

  /** How many there are. */
  get count(): number {
    return this.#live.size;
  }

  /** Ends every watch: `error` breaks the connection in the middle of a body, `end` ends it as at its time-out. */
  cut(how: "error" | "end" = "error"): void {
    for (const stream of [...this.#live]) stream.end(how === "error" ? new Error("The watch was cut") : undefined);
  }

  /** Live watches go on without sending anything; their connections stay. What they miss does not come later. */
  stall(stalled = true): void {
    this.#stalled = stalled;
  }

  open(call: Call): Response {
    const { service, resource, query } = call;
    const { storage, behaviour } = service;
    const version = versionOf(query);
    if (query.get("sendInitialEvents") && query.get("resourceVersionMatch") !== "NotOlderThan") {
      throw invalidOptions("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    const tooOld = version > 0 && storage.changesAfter(resource.table, version) === undefined;
    const error = expired(`too old resource version: ${version} (${storage.oldest(resource.table)})`);
    if (tooOld && behaviour.expiredWatch === "status") throw error;
    const stream = new Stream(call, () => this.#stalled);
    this.#live.add(stream);
    stream.onEnd = () => this.#live.delete(stream);
    return new Response(stream.start(tooOld ? error : undefined, version), {
      headers: { "content-type": "application/json" },
    });
  }
}

class Stream {
  onEnd: () => void = () => {};
  readonly #call: Call;
  readonly #selector: Selector | undefined;
  readonly #isStalled: () => boolean;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #unlisten: () => void = () => {};
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #bookmarks: ReturnType<typeof setInterval> | undefined;
  #lastBookmark: ReturnType<typeof setTimeout> | undefined;
  #sentColumns = false;

  constructor(call: Call, isStalled: () => boolean) {
    this.#call = call;
    this.#selector = selectorOf(call.query, call.resource);
    this.#isStalled = isStalled;
  }

  start(error: StatusError | undefined, version: number): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
        if (error !== undefined) {
          this.#send("ERROR", JSON.stringify(error.body()));
          this.end();
        } else this.#begin(version);
      },
      cancel: () => this.end(),
    });
  }

  end(error?: Error): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    this.#controller = undefined;
    this.#unlisten();
    clearTimeout(this.#deadline);
    clearInterval(this.#bookmarks);
    clearTimeout(this.#lastBookmark);
    this.onEnd();
    try {
      if (error === undefined) controller.close();
      else controller.error(error);
    } catch { /* the client has gone already */ }
  }

  #begin(version: number): void {
    const { service: { storage, behaviour }, resource, query, namespace } = this.#call;
    const wantsInitial = query.get("sendInitialEvents") === "true";
    if (version === 0 || wantsInitial) {
      if (query.get("sendInitialEvents") !== "false") {
        for (const object of storage.list(resource.table, namespace)) {
          if (this.#selector?.(object) ?? true) this.#sendObject("ADDED", object);
        }
      }
      if (wantsInitial) this.#sendBookmark(true);
    } else for (const change of storage.changesAfter(resource.table, version) ?? []) this.#sendChange(change);
    // From a version that is yet to come, nothing up to it is shown.
    this.#unlisten = storage.listen(resource.table, (change) => {
      if (change.revision > version) this.#sendChange(change);
    });
    const seconds = Number(query.get("timeoutSeconds") ?? 0) || DEFAULT_SECONDS;
    this.#deadline = setTimeout(() => this.end(), seconds * 1_000);
    if (query.get("allowWatchBookmarks") === "true" || query.get("allowWatchBookmarks") === "1") {
      this.#bookmarks = setInterval(() => this.#sendBookmark(false), behaviour.bookmarkMs);
      // One shortly before the end, so that the next watch starts from there.
      const lastMs = seconds * 1_000 - LAST_BOOKMARK_MS;
      if (lastMs > 0) this.#lastBookmark = setTimeout(() => this.#sendBookmark(false), lastMs);
    }
  }

  /** What leaves the selection is deleted as far as this watch is concerned. */
  #sendChange({ type, object, previous }: Change): void {
    const { namespace } = this.#call;
    if (namespace !== undefined && object.metadata.namespace !== namespace) return;
    const selects = (each: KubeObject | undefined) => each !== undefined && (this.#selector?.(each) ?? true);
    const [before, after] = [selects(previous), type !== "DELETED" && selects(object)];
    if (after) this.#sendObject(before ? "MODIFIED" : "ADDED", object);
    else if (before) {
      // The last state that was selected, at the version of the change.
      const last = type === "DELETED" ? object : previous as KubeObject;
      const { resourceVersion } = object.metadata;
      this.#sendObject("DELETED", {
        ...last,
        metadata: { ...last.metadata, resourceVersion: resourceVersion as string },
      });
    }
  }

  #sendObject(type: string, stored: KubeObject): void {
    const { service, resource, query, headers } = this.#call;
    const object = servedOf(resource, stored);
    const view = viewOf(headers.get("accept") ?? "");
    if (view === "object") return this.#send(type, jsonOf(object));
    if (view === "metadata") return this.#send(type, JSON.stringify(metadataOnly(object)));
    const include = query.get("includeObject") ?? "Metadata";
    const { resourceVersion } = object.metadata;
    const options = { resource, objects: [object], metadata: { resourceVersion }, include, now: service.now() };
    this.#send(type, JSON.stringify(table({ ...options, withColumns: !this.#sentColumns })));
    this.#sentColumns = true;
  }

  #sendBookmark(initial: boolean): void {
    const { service, resource, headers } = this.#call;
    const object = bookmark(resource, service.storage.revision, initial);
    if (viewOf(headers.get("accept") ?? "") !== "table") return this.#send("BOOKMARK", JSON.stringify(object));
    const options = { resource, objects: [], include: "None", now: service.now(), withColumns: false };
    this.#send("BOOKMARK", JSON.stringify(table({ ...options, metadata: object["metadata"] as object })));
  }

  #send(type: string, object: string): void {
    if (this.#isStalled()) return;
    this.#controller?.enqueue(encoder.encode(`{"type":"${type}","object":${object}}\n`));
  }
}
