import { systemClock } from "../../lib/platform/clock.ts";
import { total } from "./counts.ts";
import { median } from "./many.ts";
import { credentials, plainBucket, provider } from "./objects.ts";
import { type OperatorProcess, type Program, startOperator } from "./operator.ts";
import { Pod } from "./pod.ts";
import { type Bundled, bundled } from "./program.ts";
import { createAll } from "./ready.ts";
import { Stack } from "./stack.ts";

/** Resident memory, MiB, and start-up time, milliseconds. */
export interface Memory {
  readonly form: string;
  /** Whether it ran as in a pod, or with a kubeconfig, whose reader takes memory of its own. */
  readonly inPod: boolean;
  readonly executableMib: number | undefined;
  readonly bundleMib: number;
  readonly objects: number;
  readonly emptyMib: number;
  readonly emptyWithKubeconfigMib: number;
  /** After it has brought all objects to Ready at once. */
  readonly afterCreationMib: number;
  /** Started anew over the objects, after one look at each. */
  readonly atRestMib: number;
  readonly startMs: number;
}

export interface MemoryOptions {
  readonly objects: number;
  /** Starts of which the median counts. */
  readonly starts: number;
  /** An executable to measure; default: what `deno task compile` gives. */
  readonly program?: string | undefined;
}

/** How long memory is watched once the work is done, milliseconds. */
const WATCH_MS = 3_000;

/** Measures the bundled program without and with objects, against sandboxes that answer at once. */
export async function measureMemory({ objects, starts, program }: MemoryOptions): Promise<Memory> {
  await using stack = await Stack.start({ kubeMs: 0, awsMs: 0 });
  const made = await bundled(stack.folder, program);
  const pod = await Pod.open(stack);
  try {
    return await measure({ stack, made, pod, objects, starts });
  } finally {
    await pod?.[Symbol.asyncDispose]();
  }
}

async function measure({ stack, made, pod, objects, starts }: {
  readonly stack: Stack;
  readonly made: Bundled;
  readonly pod: Pod | undefined;
  readonly objects: number;
  readonly starts: number;
}): Promise<Memory> {
  const withKubeconfig = { ...made, args: [...made.args], flags: [`--kubeconfig=${stack.kubeconfig}`] };
  const usual = pod ? { ...pod.run(made), flags: [] } : withKubeconfig;
  const emptyWithKubeconfigMib = await observed(withKubeconfig, residentAtRest);
  const startMs: number[] = [];
  const empty = [];
  for (let start = 0; start < starts; start++) {
    empty.push(
      await observed(usual, (operator) => {
        startMs.push(operator.startMs);
        return residentAtRest(operator);
      }),
    );
  }
  const afterCreationMib = await observed(usual, async (operator) => {
    await createAll(stack, [credentials(stack), provider(stack)], 1);
    await createAll(stack, Array.from({ length: objects }, (_, index) => plainBucket(`memory-${index}`)));
    return await residentAtRest(operator);
  });
  const atRestMib = await observed(usual, async (operator) => {
    while (total(await operator.reconciles()) < objects) await systemClock.sleep(100);
    return await residentAtRest(operator);
  });
  const { form, executableMib, bundleMib } = made;
  return {
    form,
    inPod: pod !== undefined,
    executableMib,
    bundleMib,
    objects,
    emptyMib: median(empty),
    emptyWithKubeconfigMib,
    afterCreationMib,
    atRestMib,
    startMs: median(startMs),
  };
}

async function observed<T>(
  { flags, ...program }: Program & { readonly flags: readonly string[] },
  look: (operator: OperatorProcess) => Promise<T>,
): Promise<T> {
  // One process a namespace: without the Lease none waits for the one before it.
  await using operator = await startOperator(program, [...flags, "--leader-elect=false"]);
  return await look(operator);
}

/** The median over some seconds. */
async function residentAtRest(operator: OperatorProcess): Promise<number> {
  const samples = [];
  for (const started = performance.now(); performance.now() - started < WATCH_MS;) {
    samples.push(await operator.residentMib());
    await systemClock.sleep(100);
  }
  return median(samples);
}
