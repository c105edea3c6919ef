import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import { settings } from "../../../lib/config/settings.ts";
import { permissionFlags } from "../../../tools/executable/permissions.ts";
import type { Program } from "./program.ts";
import { Surprise } from "./surprise.ts";

const MAIN = fileURLToPath(import.meta.resolve("../../../main.ts"));
const MOST_LINES = 2_000;
const KILL_AFTER_MS = 20_000;

export interface OperatorProcessOptions {
  /** Instead of main.ts, which may do what it may in a pod. */
  readonly program?: Program | undefined;
}

/** The operator as a process of its own. Its kubeconfig lies beside its log. */
export class OperatorProcess {
  readonly #process: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #reading: Promise<unknown>;
  #ended: Deno.CommandStatus | undefined;
  #metricsUrl: string | undefined;

  constructor(flags: readonly string[], logFile: string, { program }: OperatorProcessOptions = {}) {
    const run = ["run", ...permissionFlags("pod", { read: [dirname(logFile)] }), MAIN];
    this.#process = new Deno.Command(program?.path ?? Deno.execPath(), {
      args: [...program ? [] : run, ...flags],
      env: environment(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const { stdout, stderr } = this.#process;
    this.#reading = Promise.all([stdout, stderr].map((stream) => this.#read(stream, logFile)));
    void this.#process.status.then((status) => this.#ended = status);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Where its metrics and probes are, once it said so. */
  get metricsUrl(): string | undefined {
    return this.#metricsUrl;
  }

  /** Its last lines, as it wrote them. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Calls `tell` when it ends. */
  onEnd(tell: (status: Deno.CommandStatus) => void): void {
    void this.#process.status.then(tell);
  }

  /** True once all kinds are synced. @throws Surprise when it has ended */
  async isReady(): Promise<boolean> {
    if (this.#ended) throw new Surprise("the operator to start", `it ended with exit code ${this.#ended.code}`);
    if (this.#metricsUrl === undefined) return false;
    const response = await fetch(`${this.#metricsUrl}/readyz`);
    await response.body?.cancel();
    return response.ok;
  }

  async metrics(): Promise<string> {
    return await (await fetch(`${this.#metricsUrl}/metrics`)).text();
  }

  /** Asks it to end, and ends it if it does not within 20 s; fine where it has ended. */
  async stop(): Promise<Deno.CommandStatus> {
    this.#kill("SIGTERM");
    const timer = setTimeout(() => this.#kill("SIGKILL"), KILL_AFTER_MS);
    const status = await this.#process.status;
    clearTimeout(timer);
    await this.#reading;
    return status;
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch { /* it has ended already */ }
  }

  async #read(stream: ReadableStream<Uint8Array>, logFile: string): Promise<void> {
    using file = await Deno.open(logFile, { append: true, create: true });
    let rest = "";
    for await (const chunk of stream) {
      file.writeSync(chunk);
      const lines = (rest + new TextDecoder().decode(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
    }
    if (rest !== "") this.#take(rest);
  }

  #take(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    const { message, port } = parseLine(line);
    if (message === "Serving metrics") this.#metricsUrl = `http://127.0.0.1:${port}`;
  }
}

/** A line of the operator's log for people: `12:00:00 INFO    Bucket default/auto: Created bucket`. */
export function readableLine(line: string): string {
  const { time, level, kind, namespace, name, reason, message, error } = parseLine(line);
  if (message === undefined) return line;
  const subject = name === undefined ? "" : `${kind} ${namespace}/${name}: `;
  const details = [reason, error && JSON.stringify(error)].filter(Boolean).join(", ");
  return `${String(time).slice(11, 19)} ${String(level).padEnd(7)} ${subject}${message}${details && ` (${details})`}`;
}

// deno-lint-ignore no-explicit-any
function parseLine(line: string): Record<string, any> {
  try {
    return line.startsWith("{") ? JSON.parse(line) : {};
  } catch {
    return {};
  }
}

/** This process's environment without what would set the operator up otherwise than its flags do. */
function environment(): Record<string, string> {
  const own = new Set(Object.values(settings).map(({ env }) => env));
  const isOurs = (name: string) => own.has(name) || name.startsWith("OTEL_") || name.startsWith("AWS_");
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !isOurs(name)));
}
