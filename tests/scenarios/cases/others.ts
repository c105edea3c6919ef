import type { Stage } from "../stage.ts";

/** The bad object ends in its condition while a good one beside it becomes Ready and the operator goes on. */
export async function othersGoOn(stage: Stage): Promise<void> {
  const good = stage.plainBucket(`good-${crypto.randomUUID().slice(0, 4)}`);
  await stage.applied(good);
  await stage.ready(good);
}
