const encoder = new TextEncoder();

/** The answer to a watch, fed by a test. */
export class WatchStream {
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  closed = false;

  /** Answers a fetch; the body fails when the request's signal aborts, as a real one does. */
  open({ signal }: RequestInit = {}): Promise<Response> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.closed = true),
    });
    signal?.addEventListener("abort", () => this.#finish((stream) => stream.error(signal.reason)));
    return Promise.resolve(new Response(body));
  }

  send(type: string, object: unknown): void {
    if (!this.closed) this.#controller?.enqueue(encoder.encode(`${JSON.stringify({ type, object })}\n`));
  }

  end(): void {
    this.#finish((stream) => stream.close());
  }

  cut(): void {
    this.#finish((stream) => stream.error(new TypeError("error reading a body from connection")));
  }

  #finish(how: (stream: ReadableStreamDefaultController<Uint8Array>) => void): void {
    if (this.closed || this.#controller === undefined) return;
    this.closed = true;
    how(this.#controller);
  }
}
