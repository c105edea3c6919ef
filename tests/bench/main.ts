/**
 * Measures the operator against the sandboxes, each in a process of its own: `deno task bench [--quick] [--json FILE]
 * [--only SECTIONS] [--program EXECUTABLE]`. An executable is one of the desktop build, which reads the
 * kubeconfig of the bench. Sections: `kinds`, `many`, `rest`, `memory`, `scrape`, `tracing`,
 * `handover`, `shards`. Times are shown and never judged; exit code 1 where something is written while nothing changes.
 */
import { parseArgs } from "node:util";
import { measureEachKind } from "./each_kind.ts";
import { measureHandOver } from "./handover.ts";
import { measureMany } from "./many.ts";
import { measureMemory } from "./memory.ts";
import { autoBucket, credentials, plainBucket, provider } from "./objects.ts";
import { fromSource, startOperator } from "./operator.ts";
import { createAll } from "./ready.ts";
import {
  eachKindText,
  faultsOf,
  type Figures,
  handOverText,
  manyText,
  memoryText,
  restText,
  scrapeText,
  shardsText,
  tracingText,
} from "./report.ts";
import { measureRest } from "./rest.ts";
import { measureScrape } from "./scrape.ts";
import { AWS_MS, KUBE_MS, Stack } from "./stack.ts";
import { measureShards } from "./shards.ts";
import { collectorNames, measureTracing, type Tracing } from "./tracing.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    only: { type: "string", default: "kinds,many,rest,memory,scrape,tracing,handover,shards" },
    program: { type: "string" },
  },
});
const sections = values.only.split(",");
const size = values.quick
  ? { plain: 50, auto: 15, rounds: 1, objects: 200, starts: 1, traced: 2, handovers: 1, sharded: 50 }
  : { plain: 200, auto: 50, rounds: 3, objects: 1_000, starts: 5, traced: 10, handovers: 5, sharded: 500 };

const loadBefore = load();
say(`Answers take ${AWS_MS} ms at S3 and IAM, ${KUBE_MS} ms at Kubernetes. Load of the machine: ${loadBefore}`);
const measured = {
  ...await measureWork(),
  ...await measureSize(),
  ...await measureTraces(),
  ...await measureReplicas(),
};
const machine = { cores: navigator.hardwareConcurrency, loadBefore, loadAfter: load() };
const figures: Figures = { machine, ...measured };
say(`Load of the machine at the end: ${machine.loadAfter}, on ${machine.cores} cores`);
if (values.json !== undefined) await Deno.writeTextFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
const faults = faultsOf(figures);
for (const fault of faults) console.error(`\n!!! ${fault}`);
Deno.exit(faults.length > 0 ? 1 : 0);

/** Calls, writes and times. */
async function measureWork(): Promise<Omit<Figures, "machine">> {
  if (!["kinds", "many", "rest"].some((section) => sections.includes(section))) return {};
  await using stack = await Stack.start();
  const found = await measureRunning(stack);
  if (!sections.includes("rest")) return found;
  const rest = await measureRest(stack, fromSource());
  say(restText(rest));
  return { ...found, rest };
}

async function measureRunning(stack: Stack): Promise<Omit<Figures, "machine">> {
  await using operator = await startOperator(fromSource(), [`--kubeconfig=${stack.kubeconfig}`]);
  const found: { -readonly [Section in keyof Figures]?: Figures[Section] } = {};
  if (sections.includes("kinds")) say(eachKindText(found.eachKind = await measureEachKind(stack)));
  else await createAll(stack, [credentials(stack), provider(stack)], 1);
  if (!sections.includes("many")) return found;
  const { rounds } = size;
  const common = { stack, operator, rounds };
  const plain = { count: size.plain, prefix: "plain", make: (name: string) => plainBucket(name) };
  found.plain = await measureMany({ ...common, ...plain, bare: (client, ...given) => client.plainBuckets(...given) });
  say(manyText("plain buckets with five settings", found.plain));
  const auto = { count: size.auto, prefix: "auto", make: autoBucket };
  found.auto = await measureMany({ ...common, ...auto, bare: (client, ...given) => client.autoBuckets(...given) });
  say(manyText("auto-managed buckets", found.auto));
  return found;
}

async function measureSize(): Promise<Omit<Figures, "machine">> {
  const { objects, starts } = size;
  const found: { -readonly [Section in keyof Figures]?: Figures[Section] } = {};
  if (sections.includes("memory")) {
    say(memoryText(found.memory = await measureMemory({ objects, starts, program: values.program })));
  }
  if (sections.includes("scrape")) say(scrapeText(found.scrape = await measureScrape(objects)));
  return found;
}

/** What tracing costs, with each kind of collector. */
async function measureTraces(): Promise<Omit<Figures, "machine">> {
  if (!sections.includes("tracing")) return {};
  const tracing: Tracing[] = [];
  for (const collector of collectorNames) tracing.push(await measureTracing({ collector, pairs: size.traced }));
  say(tracingText(tracing));
  return { tracing };
}

/** What several processes do for each other. */
async function measureReplicas(): Promise<Omit<Figures, "machine">> {
  const found: { -readonly [Section in keyof Figures]?: Figures[Section] } = {};
  if (sections.includes("handover")) say(handOverText(found.handover = await measureHandOver(size.handovers)));
  if (sections.includes("shards")) say(shardsText(found.shards = await measureShards(size.sharded)));
  return found;
}

function load(): number {
  return Math.round((Deno.loadavg()[0] ?? 0) * 10) / 10;
}

function say(text: string): void {
  console.log(`\n${text}`);
}
