import { freePort } from "../api/processes.ts";
import { median } from "./many.ts";
import { autoBucket, credentials, provider } from "./objects.ts";
import { fromSource, type OperatorProcess, startOperator } from "./operator.ts";
import { createAll, inParallel, QUIET_MS, settled } from "./ready.ts";
import { Stack } from "./stack.ts";

/** Pairs that are not counted: a compiler that is still at work costs more than what it compiles. */
const WARM_UP = 4;
/** Milliseconds until a slow collector answers. */
const SLOW_MS = 5_000;

type Answer = () => Response | Promise<Response>;

/** How a collector answers, and how many pairs measure it; none listens where there is no answer. */
const COLLECTORS = {
  healthy: { pairs: 12, answer: taken },
  dead: { pairs: 10, answer: undefined },
  slow: { pairs: 10, answer: () => new Promise((resolve) => setTimeout(() => resolve(taken()), SLOW_MS)) },
  refusing: { pairs: 10, answer: () => new Response("overloaded", { status: 503 }) },
  garbage: {
    pairs: 10,
    answer: () => new Response("<!doctype html><h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
  },
} satisfies Readonly<Record<string, { readonly pairs: number; readonly answer: Answer | undefined }>>;

export type CollectorName = keyof typeof COLLECTORS;
export const collectorNames = Object.keys(COLLECTORS) as CollectorName[];

/** What tracing costs: the same work with and without it, in turn. */
export interface Tracing {
  readonly collector: CollectorName;
  readonly pairs: number;
  /** Auto-managed buckets of each half of a pair. */
  readonly objects: number;
  /** Processor seconds of a reconcile, without and with tracing; medians. */
  readonly plain: number;
  readonly traced: number;
  /** Processor time of each pair, traced to plain, from the lowest up. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** Resident memory after the last pair, MiB. */
  readonly residentMib: number;
  /** Bytes that the collector was sent, repeats included. */
  readonly sent: number;
}

/** One operator makes and deletes buckets with tracing and without in turn; which comes first changes with each pair. */
export async function measureTracing(
  { collector, objects }: Pick<Tracing, "collector" | "objects">,
): Promise<Tracing> {
  const { pairs, answer } = COLLECTORS[collector];
  await using sink = new Sink(answer ?? taken);
  const url = answer === undefined ? `http://127.0.0.1:${freePort()}` : sink.url;
  await using stack = await Stack.start();
  await using operator = await startOperator(fromSource("tests/bench/switchable.ts"), [
    `--kubeconfig=${stack.kubeconfig}`,
    `--otel-exporter-otlp-endpoint=${url}`,
    // So that a half's spans are sent before it is over.
    `--otel-bsp-schedule-delay=${QUIET_MS / 2}`,
  ]);
  await createAll(stack, [credentials(stack), provider(stack)], 1);
  const measured: Record<"on" | "off", number>[] = [];
  for (let pair = 0; pair < WARM_UP + pairs; pair++) {
    const found = { on: 0, off: 0 };
    for (const position of pair % 2 === 0 ? ["on", "off"] as const : ["off", "on"] as const) {
      await operator.get(`/tracing/${position}`);
      found[position] = await secondsOfReconcile(stack, operator, { prefix: `${position}-${pair}`, objects });
    }
    if (pair >= WARM_UP) measured.push(found);
  }
  const ratios = measured.map(({ on, off }) => on / off).toSorted((a, b) => a - b);
  return {
    collector,
    pairs,
    objects,
    plain: median(measured.map(({ off }) => off)),
    traced: median(measured.map(({ on }) => on)),
    ratios,
    ratio: median(ratios),
    residentMib: await operator.residentMib(),
    sent: sink.bytes,
  };
}

async function secondsOfReconcile(
  stack: Stack,
  operator: OperatorProcess,
  { prefix, objects }: { readonly prefix: string; readonly objects: number },
): Promise<number> {
  // In this order: a scrape is not part of the work.
  const passes = await reconcilesOf(operator);
  const cpu = await operator.cpuSeconds();
  const buckets = Array.from({ length: objects }, (_, index) => autoBucket(`${prefix}-${index}`));
  await createAll(stack, buckets);
  await settled(stack);
  // So that each half finds the same heap.
  await inParallel(buckets, 16, (bucket) => stack.remove(bucket));
  await settled(stack);
  return (await operator.cpuSeconds() - cpu) / (await reconcilesOf(operator) - passes);
}

async function reconcilesOf(operator: OperatorProcess): Promise<number> {
  return Object.values(await operator.reconciles()).reduce((sum, count) => sum + count, 0);
}

/** As a collector that has taken all spans. */
function taken(): Response {
  return new Response(null, { headers: { "content-type": "application/x-protobuf" } });
}

/** Stands where a collector does. */
class Sink implements AsyncDisposable {
  bytes = 0;
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: Answer) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      this.bytes += (await request.arrayBuffer()).byteLength;
      return await answer();
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
