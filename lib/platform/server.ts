/** An HTTP server that listens. */
export interface Server {
  /** The port it got, where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** Serves HTTP on all addresses. @throws Deno.errors.AddrInUse */
export function serve({ port, handler }: {
  readonly port: number;
  readonly handler: (request: Request) => Promise<Response>;
}): Server {
  const server = listen(port, () => Deno.serve({ port, hostname: "0.0.0.0", onListen: () => {} }, handler));
  return { port: server.addr.port, close: () => server.shutdown() };
}

function listen<T>(port: number, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new Deno.errors.AddrInUse(`Port ${port} is in use: choose another`, { cause });
  }
}
