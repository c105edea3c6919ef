/** Node APIs that undici, which client-node loads, expects, and that the stand-in lacks; no part of the operator. */
import events from "node:events";
import timers from "node:timers";
import workerThreads from "node:worker_threads";

const { setTimeout, setInterval, clearTimeout, clearInterval } = timers;
Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });

const threads = workerThreads as unknown as { markAsUncloneable?: (value: unknown) => void };
threads.markAsUncloneable ??= () => {};

type AddAbortListener = (signal: AbortSignal, listener: (event: Event) => void) => Disposable;
const abortable = events as unknown as { addAbortListener?: AddAbortListener };
abortable.addAbortListener ??= (signal, listener) => {
  if (signal.aborted) queueMicrotask(() => listener(new Event("abort")));
  else signal.addEventListener("abort", listener, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", listener) };
};
