import type { Loose } from "../scenarios/admin.ts";
import { condition } from "../scenarios/stage.ts";
import { isLease, total } from "./counts.ts";
import type { Requests, Stack } from "./stack.ts";

const PATIENCE_MS = 180_000;
/** Nothing came for so long: what belongs to the work is done, Events included, milliseconds. */
const QUIET_MS = 700;

/**
 * Creates the objects and waits until each is Ready at its generation.
 * @returns milliseconds from the first request until the last one was seen to be Ready
 * @throws DOMException after three minutes
 */
export async function createAll(stack: Stack, objects: readonly Loose[], concurrency = 16): Promise<number> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const ended = new AbortController();
  const signal = AbortSignal.any([timeout, ended.signal]);
  const kinds = [...new Set(objects.map(({ kind }) => kind))].filter((kind) => kind !== "Secret");
  const waiting = new Set(objects.filter(({ kind }) => kind !== "Secret").map(idOf));
  const watching = kinds.map((kind) => watchKind(stack, kind, waiting, { signal, done: () => ended.abort() }));
  const started = performance.now();
  await inParallel(objects, concurrency, (each) => stack.create(each));
  await Promise.all(watching);
  if (waiting.size > 0) throw new Error(`Not Ready in ${PATIENCE_MS} ms: ${[...waiting].slice(0, 5).join(", ")}`);
  return performance.now() - started;
}

async function watchKind(
  stack: Stack,
  kind: string,
  waiting: Set<string>,
  { signal, done }: { readonly signal: AbortSignal; readonly done: () => void },
): Promise<void> {
  try {
    for await (const object of stack.watch(kind, signal)) {
      if (isReady(object)) waiting.delete(idOf({ ...object, kind }));
      if (waiting.size === 0) return done();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function isReady({ metadata, status }: Loose): boolean {
  return condition(status, "Ready")?.status === "True" && status.observedGeneration === metadata.generation;
}

function idOf({ kind, metadata: { namespace, name } }: Loose): string {
  return `${kind} ${namespace}/${name}`;
}

/** Waits until no request but the Lease's came for a while. */
export async function settled(stack: Stack): Promise<Requests> {
  const sum = ({ kube, aws }: Requests) => total(kube, (name) => !isLease(name)) + total(aws);
  let found = await stack.counts();
  for (let quietSince = performance.now(); performance.now() - quietSince < QUIET_MS;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = await stack.counts();
    if (sum(next) !== sum(found)) quietSince = performance.now();
    found = next;
  }
  return found;
}

/** Runs the work over all items, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
