import { median } from "./many.ts";
import { autoBucket, credentials, provider } from "./objects.ts";
import { fromSource, type OperatorProcess, startOperator } from "./operator.ts";
import { createAll, settled } from "./ready.ts";
import { Stack } from "./stack.ts";

/** Pairs that are not counted: a compiler that is still at work costs more than what it compiles. */
const WARM_UP = 4;

/** What tracing costs: the same work with and without it, in turn. */
export interface Tracing {
  readonly pairs: number;
  /** Auto-managed buckets of each half of a pair. */
  readonly objects: number;
  /** Processor seconds of a reconcile; medians. */
  readonly plain: number;
  readonly traced: number;
  /** Of each pair, traced to plain, from the lowest up. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** Bytes that were sent to the collector. */
  readonly sent: number;
}

/** An operator with a cluster and a service of its own. */
interface Side {
  readonly stack: Stack;
  readonly operator: OperatorProcess;
}

/** Two operators work side by side, never at the same time; the first one of a pair changes from pair to pair. */
export async function measureTracing({ pairs, objects }: Pick<Tracing, "pairs" | "objects">): Promise<Tracing> {
  await using sink = new Sink();
  await using plainStack = await Stack.start();
  await using tracedStack = await Stack.start();
  await using plainOperator = await start(plainStack, []);
  await using tracedOperator = await start(tracedStack, [`--otel-exporter-otlp-endpoint=${sink.url}`]);
  const plain = { stack: plainStack, operator: plainOperator };
  const traced = { stack: tracedStack, operator: tracedOperator };
  const measured: { readonly plain: number; readonly traced: number }[] = [];
  for (let pair = 0; pair < WARM_UP + pairs; pair++) {
    const found = { plain: 0, traced: 0 };
    const halves = [["plain", plain], ["traced", traced]] as const;
    for (const [name, side] of pair % 2 === 0 ? halves : halves.toReversed()) {
      found[name] = await secondsOfReconcile(side, { prefix: `pair-${pair}`, objects });
    }
    if (pair >= WARM_UP) measured.push(found);
  }
  const ratios = measured.map(({ plain, traced }) => traced / plain).toSorted((a, b) => a - b);
  return {
    pairs,
    objects,
    plain: median(measured.map(({ plain }) => plain)),
    traced: median(measured.map(({ traced }) => traced)),
    ratios,
    ratio: median(ratios),
    sent: sink.bytes,
  };
}

async function start(stack: Stack, flags: readonly string[]): Promise<OperatorProcess> {
  const operator = await startOperator(fromSource(), [`--kubeconfig=${stack.kubeconfig}`, ...flags]);
  await createAll(stack, [credentials(stack), provider(stack)], 1);
  return operator;
}

async function secondsOfReconcile(
  { stack, operator }: Side,
  { prefix, objects }: { readonly prefix: string; readonly objects: number },
): Promise<number> {
  const [cpu, passes] = [await operator.cpuSeconds(), await reconcilesOf(operator)];
  await createAll(stack, Array.from({ length: objects }, (_, index) => autoBucket(`${prefix}-${index}`)));
  await settled(stack);
  return (await operator.cpuSeconds() - cpu) / (await reconcilesOf(operator) - passes);
}

async function reconcilesOf(operator: OperatorProcess): Promise<number> {
  return Object.values(await operator.reconciles()).reduce((sum, count) => sum + count, 0);
}

/** Takes spans as a collector does. */
class Sink implements AsyncDisposable {
  bytes = 0;
  readonly #server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    this.bytes += (await request.arrayBuffer()).byteLength;
    return new Response(null, { headers: { "content-type": "application/x-protobuf" } });
  });
  readonly url = `http://127.0.0.1:${this.#server.addr.port}`;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
