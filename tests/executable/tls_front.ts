import { connect, type Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { Certificates } from "./certificates.ts";

/** TLS on 127.0.0.1 in front of a server that has none. */
export class TlsFront implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param asksForCertificate whether it lets in only who has a certificate of the authority */
  static async open(
    upstream: string,
    { certificates, asksForCertificate }: {
      readonly certificates: Certificates;
      readonly asksForCertificate: boolean;
    },
  ): Promise<TlsFront> {
    const { authority, server } = certificates;
    const asking = asksForCertificate ? { requestCert: true, rejectUnauthorized: true } : {};
    const front = new TlsFront(createServer({ ...server, ca: [authority], ...asking }), Number(new URL(upstream).port));
    await new Promise<void>((resolve) => front.#server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  private constructor(server: Server, port: number) {
    this.#server = server;
    server.on("secureConnection", (socket) => {
      const inner = connect(port, "127.0.0.1");
      for (const [one, other] of [[socket, inner], [inner, socket]] as const) {
        this.#sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => (this.#sockets.delete(one), other.destroy()));
        one.pipe(other);
      }
    });
  }

  get port(): number {
    return (this.#server.address() as { readonly port: number }).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Breaks every connection, watches too. @returns how many there were */
  cut(): number {
    const count = this.#sockets.size / 2;
    for (const socket of this.#sockets) socket.destroy();
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
