/**
 * Kills, refuses and confuses the operator at every point of every scenario, on two cores: `deno task chaos [--sample]
 * [--part NAME] [--only TEXT] [--seed N]`, of which the last plays one random script again. Ends with a table, which
 * `--write` puts into docs/reliability.md when all was played; the exit code is 1 where anything was lost, leaked or not
 * put right. With `--real` it kills the operator's process, against real servers (real/main.ts).
 */
import { parseArgs } from "node:util";
import { figures, writeFigures } from "./figures.ts";
import { longParts, parts, SAMPLE, sampledJobs } from "./parts.ts";
import { jobOf, randomCampaign } from "./random/campaign.ts";
import { emptyTally, table, type Tally } from "./tally.ts";
import type { Job, Message } from "./worker.ts";

const WORKERS = 2;
/** Failures of a job that are shown in full. */
const SHOWN = 3;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    sample: { type: "boolean", default: false },
    part: { type: "string" },
    only: { type: "string", default: "" },
    seed: { type: "string" },
    write: { type: "boolean", default: false },
    real: { type: "boolean", default: false },
  },
});
if (values.real) Deno.exit(await (await import("./real/main.ts")).playReal(values.only));
const isWhole = !values.sample && values.part === undefined && values.only === "" && values.seed === undefined;
if (values.write && !isWhole) throw new RangeError("Only the figures of a whole campaign are written");
const started = performance.now();
const part = values.seed === undefined ? values.part : randomCampaign.name;
const played = part === undefined ? parts : [...parts, ...longParts].filter(({ name }) => name === part);
const tallies = new Map(played.map((part) => [part.name, emptyTally(part)]));
const queue: Job[] = played.flatMap((part) => {
  const { name } = part;
  const jobs = values.seed ? [jobOf(Number(values.seed))] : values.sample ? sampledJobs(part) : part.jobs;
  return jobs.filter((job) => `${name} ${job}`.includes(values.only))
    .map((job) => ({ part: name, job, sample: values.sample ? SAMPLE : undefined }));
});
const all = queue.length;
await Promise.all(Array.from({ length: WORKERS }, work));
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`\n${table([...tallies.values()])}\n\nin ${seconds} s`);
if (values.write) await writeFigures(figures([...tallies.values()], { seconds, date: new Date() }));
Deno.exit([...tallies.values()].some(({ failures }) => failures > 0) ? 1 : 0);

async function work(): Promise<void> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const { runs, failures } = await play(worker, job, tallies.get(job.part)!);
    const number = String(all - queue.length).padStart(String(all).length);
    console.log(`${number}/${all} ${job.part}: ${job.job}: ${runs} runs, ${failures} failed`);
  }
  worker.terminate();
}

/** Plays one job to its end. */
function play(worker: Worker, job: Job, tally: Tally): Promise<{ runs: number; failures: number }> {
  let [runs, failures] = [0, 0];
  const fail = (what: string, complaints: readonly string[]) => {
    failures++;
    tally.failures++;
    if (failures <= SHOWN) console.log(`!!! ${job.job}: ${what}\n      ${complaints.slice(0, 10).join("\n      ")}`);
  };
  tally.scenarios++;
  worker.postMessage(job);
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "done") return resolve({ runs, failures });
      if (data.kind === "failed") return fail("not played to its end", [data.error]);
      runs++;
      tally.runs++;
      for (const rule of data.rules) tally.rules[rule] = (tally.rules[rule] ?? 0) + 1;
      if (data.complaints.length > 0) fail(data.point, data.complaints);
    };
  });
}
