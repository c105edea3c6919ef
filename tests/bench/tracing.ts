import { systemClock } from "../../lib/platform/clock.ts";
import { freePort } from "../api/processes.ts";
import { total } from "./counts.ts";
import { median } from "./many.ts";
import { autoBucket, credentials, provider } from "./objects.ts";
import { fromSource, type OperatorProcess, startOperator } from "./operator.ts";
import { createAll } from "./ready.ts";
import { Stack } from "./stack.ts";

/** Milliseconds of a turn, in which tracing stays on or off. */
const TURN_MS = 2_000;
/** Turns of each half of a pair. They alternate, because the machine itself is faster in some seconds than in others. */
const TURNS = 6;
/** Milliseconds between two turns that are not measured: what one has begun ends, and its spans are sent. */
const GAP_MS = 400;
/** Milliseconds that are not measured: a compiler that is still at work costs more than what it compiles. */
const WARM_UP_MS = 40_000;
/** Buckets that are being made or deleted at any time. */
const BUSY = 6;
/** Milliseconds until a slow collector answers. */
const SLOW_MS = 5_000;

type Answer = () => Response | Promise<Response>;

/**
 * How a collector answers; nothing listens where there is no answer. With `none`, the work without tracing is compared to
 * itself: what chance alone makes of a ratio.
 */
const COLLECTORS = {
  none: undefined,
  healthy: taken,
  dead: undefined,
  slow: () => new Promise((resolve) => setTimeout(() => resolve(taken()), SLOW_MS)),
  refusing: () => new Response("overloaded", { status: 503 }),
  garbage: () => new Response("<!doctype html><h1>Welcome</h1>", { headers: { "content-type": "text/html" } }),
} satisfies Readonly<Record<string, Answer | undefined>>;

export type CollectorName = keyof typeof COLLECTORS;
export const collectorNames = Object.keys(COLLECTORS) as CollectorName[];

/** What tracing costs: the same work with and without it, in turn. */
export interface Tracing {
  readonly collector: CollectorName;
  readonly pairs: number;
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

/** One operator makes and deletes buckets all the time, with tracing and without in turn. */
export async function measureTracing(
  { collector, pairs }: Pick<Tracing, "collector" | "pairs">,
): Promise<Tracing> {
  const answer = COLLECTORS[collector];
  await using sink = new Sink(answer ?? taken);
  const url = answer === undefined ? `http://127.0.0.1:${freePort()}` : sink.url;
  await using stack = await Stack.start();
  await using operator = await startOperator(fromSource("tests/bench/switchable.ts"), [
    `--kubeconfig=${stack.kubeconfig}`,
    `--otel-exporter-otlp-endpoint=${url}`,
    `--otel-bsp-schedule-delay=${GAP_MS / 2}`,
  ]);
  const on = collector === "none" ? "off" : "on";
  await operator.get(`/tracing/${on}`);
  await createAll(stack, [credentials(stack), provider(stack)], 1);
  await using _work = new Work(stack);
  await systemClock.sleep(WARM_UP_MS);
  const measured: Halves[] = [];
  while (measured.length < pairs) measured.push(await measurePair(operator, on));
  const ratios = measured.map(({ on, off }) => on / off).toSorted((a, b) => a - b);
  return {
    collector,
    pairs,
    plain: median(measured.map(({ off }) => off)),
    traced: median(measured.map(({ on }) => on)),
    ratios,
    ratio: median(ratios),
    residentMib: await operator.residentMib(),
    sent: sink.bytes,
  };
}

/** Processor seconds of a reconcile. */
interface Halves {
  readonly on: number;
  readonly off: number;
}

interface Used {
  readonly seconds: number;
  readonly reconciles: number;
}

async function measurePair(operator: OperatorProcess, on: "on" | "off"): Promise<Halves> {
  const used = { on: { seconds: 0, reconciles: 0 }, off: { seconds: 0, reconciles: 0 } };
  for (let turn = 0; turn < TURNS; turn++) {
    for (const half of turn % 2 === 0 ? ["on", "off"] as const : ["off", "on"] as const) {
      await operator.get(`/tracing/${half === "on" ? on : "off"}`);
      const { seconds, reconciles } = await measureTurn(operator);
      used[half].seconds += seconds;
      used[half].reconciles += reconciles;
    }
  }
  return { on: used.on.seconds / used.on.reconciles, off: used.off.seconds / used.off.reconciles };
}

async function measureTurn(operator: OperatorProcess): Promise<Used> {
  await systemClock.sleep(GAP_MS);
  // In this order: a scrape is not part of the work.
  const reconciles = total(await operator.reconciles());
  const seconds = await operator.cpuSeconds();
  await systemClock.sleep(TURN_MS);
  return {
    seconds: await operator.cpuSeconds() - seconds,
    reconciles: total(await operator.reconciles()) - reconciles,
  };
}

/** Auto-managed buckets that are made and deleted, one after the other in each of several rows, until it ends. */
class Work implements AsyncDisposable {
  readonly #stack: Stack;
  readonly #rows: readonly Promise<void>[];
  #isOver = false;

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#rows = Array.from({ length: BUSY }, (_, row) => this.#run(row));
  }

  async #run(row: number): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      const bucket = autoBucket(`bucket-${row}-${count}`);
      await createAll(this.#stack, [bucket], 1);
      await this.#stack.remove(bucket);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#rows);
  }
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
