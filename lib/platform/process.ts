const encoder = new TextEncoder();

/** Ends the process at once. */
export function exit(code: number): never {
  Deno.exit(code);
}

/** Writes all of the text, at once: nothing is lost at exit. */
export function writeStdout(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes all of the text, at once: nothing is lost at exit. */
export function writeStderr(text: string): void {
  writeAll(Deno.stderr, text);
}

export function isTerminal(): boolean {
  return Deno.stdout.isTerminal();
}

export function hostname(): string {
  return Deno.hostname();
}

/** Calls `tell` with what nobody caught; the process goes on unless `tell` ends it. */
export function onUncaught(tell: (error: unknown) => void): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    tell(event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    tell(event.error);
  });
}

/** A reader that has gone, such as `head`, wants no more: that is no error. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  try {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
