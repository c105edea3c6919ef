import { permissionFlags } from "../../tools/executable/permissions.ts";
import { type Child, freePort, spawn } from "../api/processes.ts";

/** How a program is started: its path and what comes before the operator's own flags. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const ROOT = new URL("../../", import.meta.url).pathname;

/** The operator from its sources, as `deno task start:cli` runs it; or another program in its place. */
export function fromSource(main = "main.ts"): Program {
  return { path: Deno.execPath(), args: ["run", ...permissionFlags("desktop"), main] };
}

/** An operator in a process of its own. */
export interface OperatorProcess extends AsyncDisposable {
  /** From the start of the process until all kinds were synced, milliseconds. */
  readonly startMs: number;
  log(): string;
  /** Resident memory, MiB. */
  residentMib(): Promise<number>;
  /** Processor time so far, seconds. */
  cpuSeconds(): Promise<number>;
  /** Asks the server of metrics and probes; resolves to the text of the answer. */
  get(path: string, accept?: string): Promise<string>;
  /** The text of `/metrics`. @param accept as the request's header; default Prometheus's own format */
  metrics(accept?: string): Promise<string>;
  /** Reconciles so far, by kind. */
  reconciles(): Promise<Readonly<Record<string, number>>>;
  /** Ends it, by SIGTERM unless told otherwise. */
  stop(signal?: Deno.Signal): Promise<void>;
}

/** Starts the operator; resolves once it is ready. */
export async function startOperator(
  { path, args, env = {} }: Program,
  flags: readonly string[],
): Promise<OperatorProcess> {
  const port = freePort();
  const started = performance.now();
  const process = spawn("operator", path, ROOT, [...args, ...flags, `--metrics-port=${port}`], env);
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(url, process);
  } catch (error) {
    await process.stop();
    throw error;
  }
  const get = async (path: string, accept = "text/plain") =>
    await (await fetch(url + path, { headers: { accept } })).text();
  const metrics = (accept?: string) => get("/metrics", accept);
  return {
    startMs: performance.now() - started,
    log: () => process.log(),
    residentMib: () => residentMib(process.pid),
    cpuSeconds: () => cpuSeconds(process.pid),
    get,
    metrics,
    reconciles: async () => reconcilesOf(await metrics()),
    stop: (signal) => process.stop(signal),
    [Symbol.asyncDispose]: () => process.stop(),
  };
}

async function untilReady(url: string, process: Child): Promise<void> {
  let code: number | undefined;
  process.status.then((status) => code = status.code);
  for (const started = performance.now(); performance.now() - started < PATIENCE_MS;) {
    if (code !== undefined) throw new Error(`The operator ended with exit code ${code}: ${process.log()}`);
    try {
      const response = await fetch(`${url}/readyz`);
      await response.body?.cancel();
      if (response.ok) return;
    } catch { /* It does not listen yet. */ }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`The operator is not ready after ${PATIENCE_MS} ms: ${process.log()}`);
}

async function residentMib(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1] ?? NaN) / 1024;
}

/** Fields 14 and 15 of proc(5)'s stat, in ticks of a hundredth of a second; the name before them may have spaces. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function reconcilesOf(metrics: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (
    const [, kind = "", count] of metrics.matchAll(/^wasabi_s3_operator_reconcile_total\{kind="(\w+)",.*\} (\d+)$/gm)
  ) {
    found[kind] = (found[kind] ?? 0) + Number(count);
  }
  return found;
}
