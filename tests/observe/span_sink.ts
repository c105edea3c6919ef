/** Takes spans as a collector does, and forgets them; or refuses them. */
export class SpanSink {
  readonly url: string;
  /** True: every request is refused. */
  refusing = false;
  #taken = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      await request.body?.cancel();
      if (this.refusing) return new Response(null, { status: 503 });
      this.#taken++;
      return new Response();
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** How many requests it took. */
  get taken(): number {
    return this.#taken;
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }
}
