/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

const encoder = new TextEncoder();

/** The answering side of one connection, byte by byte. */
export class RawAnswer {
  constructor(readonly connection: Deno.Conn) {}

  async write(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.connection.write(rest));
  }

  /** Sends the status line and headers of a chunked answer. */
  async head(status = 200, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const lines = Object.entries({ "transfer-encoding": "chunked", connection: "close", ...headers });
    await this.write(`HTTP/1.1 ${status} X\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
  }

  async chunk(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    await this.write(`${bytes.length.toString(16)}\r\n`);
    await this.write(bytes);
    await this.write("\r\n");
  }

  async json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.head(status, { "content-type": "application/json", ...headers });
    await this.chunk(JSON.stringify(body));
    await this.write("0\r\n\r\n");
  }

  /** Waits until the client goes. */
  async gone(): Promise<void> {
    const buffer = new Uint8Array(1024);
    while (await this.connection.read(buffer).catch(() => null) !== null);
  }
}

/** An HTTP server on 127.0.0.1 whose answers are written by hand; a connection is cut when its script ends. */
export class RawServer implements AsyncDisposable {
  readonly requests: RawRequest[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving: Promise<void>;
  readonly url = `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;

  constructor(script: (answer: RawAnswer, request: RawRequest) => Promise<void>) {
    this.#serving = this.#serve(script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await this.#serving;
  }

  async #serve(script: (answer: RawAnswer, request: RawRequest) => Promise<void>): Promise<void> {
    const running: Promise<void>[] = [];
    try {
      for await (const connection of this.#listener) running.push(this.#answer(connection, script));
    } catch {
      // Closing the listener ends its iteration.
    }
    await Promise.all(running);
  }

  async #answer(
    connection: Deno.Conn,
    script: (answer: RawAnswer, request: RawRequest) => Promise<void>,
  ): Promise<void> {
    this.#connections.add(connection);
    try {
      const request = await readRequest(connection);
      this.requests.push(request);
      await script(new RawAnswer(connection), request);
    } catch {
      // The client went away, or the server was closed.
    }
    close(connection);
    this.#connections.delete(connection);
  }
}

async function readRequest(connection: Deno.Conn): Promise<RawRequest> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      const [first = "", ...lines] = text.slice(0, end).split("\r\n");
      const headers = new Headers(lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }));
      const [method = "", path = ""] = first.split(" ");
      const body = text.slice(end + 4);
      if (body.length >= Number(headers.get("content-length") ?? 0)) return { method, path, headers, body };
    }
    const count = await connection.read(buffer);
    if (count === null) throw new Error("The client went away");
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Closed already.
  }
}
