import { API_VERSION, kinds } from "../../../handlers/kinds.ts";
import type { Loose } from "../../scenarios/admin.ts";
import type { Paint, Screen } from "./screen.ts";

/** How an object stands, in a few words. */
interface Look {
  readonly word: string;
  readonly detail?: string;
  readonly paint: Paint;
}

/** Follows all objects of our kinds as `kubectl get --watch` does, and shows each change of how they stand. */
export class Watcher implements AsyncDisposable {
  readonly #objects = new Map<string, Loose>();
  readonly #screen: Screen;
  readonly #onError: (error: unknown) => void;
  readonly #aborter = new AbortController();
  #watches: Promise<void>[] = [];

  constructor({ screen, onError }: { readonly screen: Screen; readonly onError: (error: unknown) => void }) {
    this.#screen = screen;
    this.#onError = onError;
  }

  /** Starts a watch for each kind. */
  start(url: string): void {
    this.#watches = Object.values(kinds).map(({ plural }) => this.#watch(`${url}/apis/${API_VERSION}/${plural}`));
  }

  /** By kind, in the order in which they usually become ready. */
  get objects(): Loose[] {
    const order = Object.keys(kinds);
    return [...this.#objects.values()].toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  }

  find(kind: string, name: string): Loose | undefined {
    return this.objects.find((each) => each.kind === kind && each.metadata.name === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#aborter.abort();
    await Promise.all(this.#watches);
  }

  async #watch(address: string): Promise<void> {
    const { signal } = this.#aborter;
    try {
      const response = await fetch(`${address}?watch=true&resourceVersion=0&timeoutSeconds=86400`, { signal });
      let rest = "";
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#take(JSON.parse(line));
      }
    } catch (error) {
      if (!signal.aborted) this.#onError(error);
    }
  }

  #take({ type, object }: { readonly type: string; readonly object: Loose }): void {
    const subject = subjectOf(object);
    const before = this.#objects.get(subject);
    if (type === "DELETED") this.#objects.delete(subject);
    else this.#objects.set(subject, object);
    const look = lookOf(type, object);
    const last = before && lookOf("", before);
    if (look === undefined) return;
    if (look.word !== last?.word || look.detail !== last.detail) this.#screen.event(subject, look);
  }
}

/** Such as `Bucket/auto`; with its namespace where that is another than `default`. */
export function subjectOf({ kind, metadata: { namespace, name } }: Loose): string {
  return namespace === "default" ? `${kind}/${name}` : `${kind}/${name} (${namespace})`;
}

/** @returns the condition of the type, if it is there */
export function conditionOf({ status }: Loose, type: string): Loose | undefined {
  return status?.conditions?.find((each: Loose) => each.type === type);
}

/** True when the object is Ready as it is now. */
export function isReady(object: Loose): boolean {
  const { metadata, status } = object;
  return conditionOf(object, "Ready")?.status === "True" && status.observedGeneration === metadata.generation;
}

/** Such as `Ready False, UserNotReady: …`. */
export function standingOf(object: Loose): string {
  const ready = conditionOf(object, "Ready");
  return ready === undefined ? "no condition Ready" : `Ready ${ready.status}, ${ready.reason}: ${ready.message}`;
}

/** @returns `undefined` for an object that the operator has not said anything about yet */
function lookOf(type: string, object: Loose): Look | undefined {
  if (type === "DELETED") return { word: "gone", paint: "dim" };
  const ready = conditionOf(object, "Ready");
  const isDeleting = object.metadata.deletionTimestamp !== undefined;
  if (ready?.status === "False") {
    const { reason, message } = ready;
    return { word: reason, detail: isDeleting ? `(deleting) ${message}` : message, paint: "yellow" };
  }
  if (isDeleting) return { word: "deleting", paint: "dim" };
  if (ready?.status === "True") return { word: "Ready", paint: "green" };
  return undefined;
}
