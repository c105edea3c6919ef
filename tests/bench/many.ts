import type { Loose } from "../scenarios/admin.ts";
import { BareClient } from "./bare.ts";
import { costOf } from "./each_kind.ts";
import type { Cost } from "./least.ts";
import type { OperatorProcess } from "./operator.ts";
import { createAll, settled } from "./ready.ts";
import type { Stack } from "./stack.ts";

/** As many workers as the operator has for each kind. */
const CONCURRENCY = 16;

/** What many objects at once took, operator and bare client in turn; times are medians over the rounds. */
export interface Many {
  readonly objects: number;
  readonly rounds: number;
  readonly operatorMs: number;
  readonly bareMs: number;
  /** The bare client with the requests to Kubernetes that the operator must make. */
  readonly bareWithKubeMs: number;
  /** Medians over the rounds of operator's time to bare client's time, without and with those requests. */
  readonly ratio: number;
  readonly ratioWithKube: number;
  /** The operator's requests, each object's share. */
  readonly cost: Cost;
  readonly bareCalls: number;
  /** Processor seconds of the operator, a round. */
  readonly cpuSeconds: number;
}

interface Round {
  readonly operatorMs: number;
  readonly bareMs: number;
  readonly bareWithKubeMs: number;
  readonly cost: Cost;
  readonly bareCalls: number;
  readonly cpuSeconds: number;
}

export interface ManyOptions {
  readonly stack: Stack;
  readonly operator: OperatorProcess;
  readonly count: number;
  readonly rounds: number;
  /** Of the objects' names. */
  readonly prefix: string;
  readonly make: (name: string) => Loose;
  readonly bare: (client: BareClient, names: readonly string[], concurrency: number) => Promise<number>;
}

/** Creates `count` objects at once, then lets the bare client do the same under other names, round by round. */
export async function measureMany(
  { stack, operator, count, rounds, prefix, make, bare }: ManyOptions,
): Promise<Many> {
  const measured: Round[] = [];
  const timed = async (withKube: boolean, names: readonly string[]) => {
    using client = new BareClient(stack, { withKube });
    return await bare(client, names, CONCURRENCY);
  };
  for (let round = 0; round < rounds; round++) {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${round}-${index}`);
    await stack.forget();
    const cpu = await operator.cpuSeconds();
    const operatorMs = await createAll(stack, names.map(make), CONCURRENCY);
    const requests = await settled(stack);
    const cpuSeconds = await operator.cpuSeconds() - cpu;
    await stack.forget();
    const bareMs = await timed(false, names.map((name) => `bare-${name}`));
    const bareCalls = costOf(await stack.counts()).aws / count;
    const bareWithKubeMs = await timed(true, names.map((name) => `kube-${name}`));
    measured.push({ operatorMs, bareMs, bareWithKubeMs, cost: costOf(requests), bareCalls, cpuSeconds });
  }
  const middle = (pick: (each: Round) => number) => median(measured.map(pick));
  return {
    objects: count,
    rounds,
    operatorMs: middle(({ operatorMs }) => operatorMs),
    bareMs: middle(({ bareMs }) => bareMs),
    bareWithKubeMs: middle(({ bareWithKubeMs }) => bareWithKubeMs),
    ratio: middle(({ operatorMs, bareMs }) => operatorMs / bareMs),
    ratioWithKube: middle(({ operatorMs, bareWithKubeMs }) => operatorMs / bareWithKubeMs),
    cost: {
      aws: middle(({ cost }) => cost.aws) / count,
      kubeReads: middle(({ cost }) => cost.kubeReads) / count,
      kubeWrites: middle(({ cost }) => cost.kubeWrites) / count,
    },
    bareCalls: middle(({ bareCalls }) => bareCalls),
    cpuSeconds: middle(({ cpuSeconds }) => cpuSeconds),
  };
}

/** NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
}
