import { autoBucket, credentials, provider } from "./objects.ts";
import { fromSource, type OperatorProcess, startOperator } from "./operator.ts";
import { createAll, settled } from "./ready.ts";
import { countObjects } from "./rest.ts";
import { Stack } from "./stack.ts";

/** What so many shards took for the same objects. */
export interface Shards {
  readonly shards: number;
  readonly objects: number;
  /** From the first object's creation to the last one's Ready, milliseconds. */
  readonly createdMs: number;
  /** Of each operator: resident memory over all objects after a restart, and processor time of its first look at them. */
  readonly residentMib: readonly number[];
  readonly cpuSeconds: readonly number[];
}

const NAMES = ["a", "b", "c", "d"];

/** Makes auto-managed buckets with one operator for all, then with several, each in a cluster of its own. */
export async function measureShards(buckets: number): Promise<Shards[]> {
  const measured: Shards[] = [];
  for (const shards of [1, 2]) measured.push(await measure(buckets, shards));
  return measured;
}

async function measure(buckets: number, shards: number): Promise<Shards> {
  await using stack = await Stack.start();
  const names = NAMES.slice(0, shards);
  const start = () => Promise.all(names.map((name) => startShard(stack, shards === 1 ? undefined : name)));
  const makers = await start();
  const labelled = (object: ReturnType<typeof autoBucket>, index: number) => {
    object.metadata.labels = { shard: names[index % shards] };
    return object;
  };
  await createAll(stack, [credentials(stack), labelled(provider(stack), 0)], 1);
  const objects = Array.from({ length: buckets }, (_, index) => labelled(autoBucket(`bucket-${index}`), index));
  const createdMs = await createAll(stack, objects);
  await settled(stack);
  await Promise.all(makers.map((operator) => operator.stop()));
  const operators = await start();
  try {
    await settled(stack);
    return {
      shards,
      objects: await countObjects(stack),
      createdMs,
      residentMib: await Promise.all(operators.map((operator) => operator.residentMib())),
      cpuSeconds: await Promise.all(operators.map((operator) => operator.cpuSeconds())),
    };
  } finally {
    await Promise.all(operators.map((operator) => operator.stop()));
  }
}

async function startShard(stack: Stack, name: string | undefined): Promise<OperatorProcess> {
  const selector = name === undefined ? [] : [`--watch-label-selector=shard=${name}`];
  return await startOperator(fromSource(), [`--kubeconfig=${stack.kubeconfig}`, ...selector]);
}
