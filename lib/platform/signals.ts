const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Calls `first` at the first SIGTERM or SIGINT, and `again` at each one after it. */
export function onStopSignal({ first, again }: {
  readonly first: (signal: string) => void;
  readonly again: (signal: string) => void;
}): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => {
      const tell = stopping ? again : first;
      stopping = true;
      tell(signal);
    });
  }
}
