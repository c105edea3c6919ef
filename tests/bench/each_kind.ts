import { inWords, isKubeRead, isKubeWrite, total } from "./counts.ts";
import { type Case, cases, type Cost } from "./least.ts";
import { createAll, settled } from "./ready.ts";
import type { Requests, Stack } from "./stack.ts";

/** What one object cost from its creation until it was Ready and all was quiet. */
export interface EachKind {
  readonly name: string;
  readonly ms: number;
  readonly cost: Cost;
  readonly least: Cost;
  readonly why: string;
  readonly calls: string;
}

/** Creates one object of each kind, one after the other. */
export async function measureEachKind(stack: Stack): Promise<EachKind[]> {
  const measured: EachKind[] = [];
  for (const each of cases) measured.push(await measure(stack, each));
  return measured;
}

async function measure(stack: Stack, { name, objects, least, why }: Case): Promise<EachKind> {
  const user = (await stack.list("User")).find(({ metadata }) => metadata.name === "one-user");
  await stack.forget();
  const ms = await createAll(stack, objects(stack, user?.status.arn ?? ""), 1);
  const requests = await settled(stack);
  const calls = `${inWords(requests.aws)}; ${inWords(requests.kube, (each) => isKubeRead(each) || isKubeWrite(each))}`;
  return { name, ms, cost: costOf(requests), least, why, calls };
}

export function costOf({ aws, kube }: Requests): Cost {
  return { aws: total(aws), kubeReads: total(kube, isKubeRead), kubeWrites: total(kube, isKubeWrite) };
}
