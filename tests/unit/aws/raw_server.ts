/** One request as it came over a connection: its head; there is no body to wait for in these tests. */
export interface RawRequest {
  readonly head: string;
  readonly connection: number;
}

export interface RawServer {
  readonly url: string;
  /** Connections that were opened so far. */
  readonly connections: number;
  readonly requests: readonly RawRequest[];
  close(): Promise<void>;
}

/**
 * A server that writes bytes as they are told, so that a test decides about lengths, cuts and silence.
 * @param answer the bytes of an answer; `undefined` for none at all; `cut` closes the connection after them
 */
export function startRawServer(
  answer: (request: RawRequest) => { readonly bytes: string; readonly cut?: boolean } | undefined,
): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const requests: RawRequest[] = [];
  let connections = 0;
  const serve = async (conn: Deno.Conn, connection: number) => {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const chunk of conn.readable.values({ preventCancel: true })) {
        text += decoder.decode(chunk);
        for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
          const request = { head: text.slice(0, end), connection };
          text = text.slice(end + 4);
          requests.push(request);
          const { bytes, cut } = answer(request) ?? { bytes: "" };
          await conn.write(new TextEncoder().encode(bytes));
          if (cut) return;
        }
      }
    } catch {
      // The client has closed the connection.
    } finally {
      open.delete(conn);
      try {
        conn.close();
      } catch {
        // The end of its stream has closed it already.
      }
    }
  };
  const accepting = (async () => {
    const served: Promise<unknown>[] = [];
    for await (const conn of listener) {
      open.add(conn);
      served.push(serve(conn, ++connections));
    }
    await Promise.all(served);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    get connections() {
      return connections;
    },
    requests,
    async close() {
      listener.close();
      for (const conn of open) conn.close();
      await accepting;
    },
  };
}
