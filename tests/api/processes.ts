/** A process that a test started. */
export interface Child {
  readonly pid: number;
  /** What it wrote so far, the end of it. */
  log(): string;
  readonly status: Promise<Deno.CommandStatus>;
  /** Asks it to end, and after five seconds ends it. */
  stop(signal?: Deno.Signal): Promise<void>;
}

const MOST_LOG = 200_000;

/** Starts a program whose output is kept for a failing test. */
export function spawn(
  name: string,
  path: string,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const process = new Deno.Command(path, {
    args: [...args],
    cwd,
    env: { ...env },
    stdout: "piped",
    stderr: "piped",
    stdin: "null",
  }).spawn();
  let text = "";
  const keep = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream.pipeThrough(new TextDecoderStream())) text = (text + chunk).slice(-MOST_LOG);
  };
  const reading = Promise.all([keep(process.stdout), keep(process.stderr)]);
  return {
    pid: process.pid,
    log: () => `--- ${name}\n${text}`,
    status: process.status,
    async stop(signal = "SIGTERM") {
      const end = (by: Deno.Signal) => {
        try {
          process.kill(by);
        } catch { /* it has ended already */ }
      };
      end(signal);
      const timer = setTimeout(() => end("SIGKILL"), 5_000);
      await process.status;
      clearTimeout(timer);
      await reading;
    },
  };
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Tries until it holds; a throw counts as not yet. @throws Error after `timeoutMs`, with what was seen last */
export async function waitFor(
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
  detail: () => string = () => "",
): Promise<void> {
  const until = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ${timeoutMs / 1000} s for ${what}${last ? `: ${last}` : ""}\n${detail()}`);
}
