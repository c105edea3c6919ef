const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** One Ctrl-C may come twice, from the terminal and from the program that started this one; so close, milliseconds. */
const SAME_MS = 500;

/** Calls `first` at the first SIGTERM or SIGINT, and `again` at each one after it. */
export function onStopSignal({ first, again }: {
  readonly first: (signal: string) => void;
  readonly again: (signal: string) => void;
}): void {
  let firstAt: number | undefined;
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        first(signal);
      } else if (performance.now() - firstAt >= SAME_MS) again(signal);
    });
  }
}
