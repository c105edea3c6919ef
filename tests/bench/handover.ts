import { median } from "./many.ts";
import { credentials, plainBucket, provider } from "./objects.ts";
import { fromSource, type OperatorProcess, startOperator } from "./operator.ts";
import { createAll } from "./ready.ts";
import { Stack } from "./stack.ts";

/** How long nobody led, and how long an object that was created at that moment took to be Ready; milliseconds. */
export interface HandOver {
  /** How the leader ended: by SIGTERM, with the Lease given up, or by SIGKILL. */
  readonly end: "released" | "killed";
  readonly rounds: number;
  readonly untilLedMs: number;
  readonly longestMs: number;
  readonly untilReadyMs: number;
}

interface Round {
  readonly ledMs: number;
  readonly readyMs: number;
}

const PATIENCE_MS = 60_000;

/** Ends the one of two replicas that leads, and waits until the other one does, round by round. */
export async function measureHandOver(rounds: number): Promise<HandOver[]> {
  await using stack = await Stack.start();
  const start = () => startOperator(fromSource(), [`--kubeconfig=${stack.kubeconfig}`]);
  let leader = await start();
  await ledAt(leader);
  try {
    await createAll(stack, [credentials(stack), provider(stack)], 1);
    const measured: HandOver[] = [];
    for (const end of ["released", "killed"] as const) {
      const found: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        const next = await start();
        const bucket = plainBucket(`${end}-${round}`, {});
        const endedAt = Date.now();
        const [, readyMs] = await Promise.all([
          leader.stop(end === "killed" ? "SIGKILL" : "SIGTERM"),
          createAll(stack, [bucket], 1),
        ]);
        leader = next;
        found.push({ ledMs: await ledAt(leader) - endedAt, readyMs });
      }
      measured.push({
        end,
        rounds,
        untilLedMs: median(found.map(({ ledMs }) => ledMs)),
        longestMs: Math.max(...found.map(({ ledMs }) => ledMs)),
        untilReadyMs: median(found.map(({ readyMs }) => readyMs)),
      });
    }
    return measured;
  } finally {
    await leader.stop();
  }
}

/** When it said that it leads, epoch milliseconds. */
async function ledAt(operator: OperatorProcess): Promise<number> {
  for (const started = performance.now(); performance.now() - started < PATIENCE_MS;) {
    const line = operator.log().split("\n").find((each) => each.includes('"message":"Leading"'));
    if (line !== undefined) return Date.parse(JSON.parse(line).time);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`It does not lead after ${PATIENCE_MS} ms: ${operator.log()}`);
}
