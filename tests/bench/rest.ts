import { systemClock } from "../../lib/platform/clock.ts";
import { type Counts, inWords, isKubeRead, isKubeWrite, isMutating, total } from "./counts.ts";
import { type OperatorProcess, type Program, startOperator } from "./operator.ts";
import type { Stack } from "./stack.ts";

const INTERVAL_S = 8;
/** Drift intervals differ by up to a fifth. */
const LONGEST_MS = INTERVAL_S * 1_200;
const PASSES = 2;

/** What the operator asks for while nothing changes. */
export interface Rest {
  readonly objects: number;
  readonly passes: number;
  /** Kubernetes writes and mutating S3 and IAM calls, which must be none, in words. */
  readonly writes: string;
  /** Writes of a restart, which must be none as well, in words. */
  readonly writesOfRestart: string;
  /** S3 and IAM reads of one look, on average; and Kubernetes reads. */
  readonly reads: number;
  readonly kubeReads: number;
  /** Looks at each kind. */
  readonly looks: Counts;
  readonly calls: string;
}

/** Restarts the operator over all that is there, with a short drift interval, and counts over two looks at each object. */
export async function measureRest(stack: Stack, program: Program): Promise<Rest> {
  await stack.forget();
  const flags = [`--kubeconfig=${stack.kubeconfig}`, `--drift-check-interval-seconds=${INTERVAL_S}`];
  await using operator = await startOperator(program, flags);
  const objects = await countObjects(stack);
  const atStart = await afterFirstLook(operator, objects);
  const restart = await stack.counts();
  await stack.forget();
  await systemClock.sleep(LONGEST_MS * PASSES);
  const found = await stack.counts();
  const now = await operator.reconciles();
  const looks = Object.fromEntries(Object.entries(now).map(([kind, count]) => [kind, count - (atStart[kind] ?? 0)]));
  const passes = total(looks);
  return {
    objects,
    passes: passes / objects,
    writes: writesOf(found),
    writesOfRestart: writesOf(restart),
    reads: total(found.aws) / passes,
    kubeReads: total(found.kube, isKubeRead) / passes,
    looks,
    calls: inWords(found.aws),
  };
}

function writesOf({ kube, aws }: { readonly kube: Counts; readonly aws: Counts }): string {
  return [inWords(kube, isKubeWrite), inWords(aws, isMutating)].filter((text) => text !== "").join(", ");
}

/** Every object is looked at once after a start. */
async function afterFirstLook(operator: OperatorProcess, objects: number): Promise<Counts> {
  for (;;) {
    const reconciles = await operator.reconciles();
    if (total(reconciles) >= objects) return reconciles;
    await systemClock.sleep(50);
  }
}

export async function countObjects(stack: Stack): Promise<number> {
  const kinds = ["Provider", "Bucket", "BucketPolicy", "User", "IAMPolicy", "AccessKey"];
  return (await Promise.all(kinds.map((kind) => stack.list(kind)))).flat().length;
}
